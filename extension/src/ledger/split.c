/*
 * split.c
 *		By which members of dimensions records are told from one another; see split.h.
 *
 * What a call is split by comes as two arrays: emgov_internal.figure_split says by which column, by
 * default and of single relations; emgov_internal.figure_label which code counts for which member,
 * of those that count for another than they name.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "ledger/split.h"
#include "rows.h"

typedef struct Split
{
	bool		given;
	char	   *dimension;
	char	   *column;			/* by default, or NULL */
	char	   *date_part;		/* of a date; NULL: the code itself */
	List	   *relations;		/* those that have another column, and these */
	List	   *columns;
} Split;

typedef struct Label
{
	const char *code;			/* hash key */
	char		status;
	char	   *member;
} Label;

#define SH_PREFIX label
#define SH_ELEMENT_TYPE Label
#define SH_KEY_TYPE const char *
#define SH_KEY code
#define SH_HASH_KEY(table, key) hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct Splits
{
	Split		split[N_SPLITS];
	struct label_hash *labels[N_SPLITS];
};

Splits *
read_splits(FunctionCallInfo fcinfo, int splits_arg, int labels_arg)
{
	Splits	   *splits = palloc0(sizeof(Splits));
	RowsIn		rows = rows_arg(fcinfo, splits_arg);
	RowsIn		labels = {0};

	while (next_row(&rows))
	{
		int			place = row_int(&rows, "place", -1);
		Split	   *split;
		Datum		relation;

		if (place < 0 || place >= N_SPLITS)
			elog(ERROR, "a split has no place %d", place);
		split = &splits->split[place];
		split->given = true;
		split->dimension = row_text(&rows, "dimension");
		split->date_part = row_text(&rows, "date_part");
		if (row_field(&rows, "relation", &relation))
		{
			split->relations = lappend_oid(split->relations, DatumGetObjectId(relation));
			split->columns = lappend(split->columns, row_text(&rows, "column_name"));
		}
		else
			split->column = row_text(&rows, "column_name");
	}
	if (labels_arg >= 0)
		labels = rows_arg(fcinfo, labels_arg);
	while (next_row(&labels))
	{
		int			place = row_int(&labels, "place", -1);
		char	   *code = row_text(&labels, "code");
		bool		found;

		if (place < 0 || place >= N_SPLITS || code == NULL)
			continue;
		if (splits->labels[place] == NULL)
			splits->labels[place] = label_create(CurrentMemoryContext, 64, NULL);
		label_insert(splits->labels[place], code, &found)->member = row_text(&labels, "member");
	}
	return splits;
}

bool
is_split(const Splits *splits, int place)
{
	return splits->split[place].given;
}

static char *
column_name(const Split *split, Oid relid)
{
	ListCell   *relation;
	ListCell   *column;

	forboth(relation, split->relations, column, split->columns)
		if (lfirst_oid(relation) == relid)
			return lfirst(column);
	return split->column;
}

bool
split_by_own_date(const Splits *splits, int place, Oid relid)
{
	const Split *split = &splits->split[place];

	return split->given && split->date_part != NULL && column_name(split, relid) == NULL;
}

/* Types that print as one text for each value, whatever the settings; a date where a part of it is asked for. */
static bool
is_code(Oid type, bool date)
{
	if (date)
		return type == DATEOID;
	switch (getBaseType(type))
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case BOOLOID:
			return true;
		default:
			return type_is_enum(type);
	}
}

/* The source that shows the records of a table with what they hang on, by its name, if it has a column; NULL: there is none. */
static char *
has_more(Oid relid, const char *column)
{
	static const char *const endings[] = {"_of_area", "_fact"};

	for (int i = 0; i < (int) lengthof(endings); i++)
	{
		char	   *name = psprintf("%s%s", get_rel_name(relid), endings[i]);
		Oid			other = get_relname_relid(name, get_rel_namespace(relid));

		if (OidIsValid(other) && get_attnum(other, column) > 0)
			return name;
	}
	return NULL;
}

char *
split_sql(const Splits *splits, int place, Oid relid, const char *day, AttrNumber *column, char **reason)
{
	const Split *split = &splits->split[place];
	char	   *name = column_name(split, relid);
	const char *value;
	Oid			type = InvalidOid;
	int32		typmod;
	Oid			collation;

	*column = InvalidAttrNumber;
	if (name == NULL && split->date_part != NULL)
		value = day;
	else
	{
		if (name == NULL)
		{
			*reason = psprintf("nothing says by which column \"%s\" has the dimension %s", get_rel_name(relid), split->dimension);
			return NULL;
		}
		*column = get_attnum(relid, name);
		if (*column > 0)
			get_atttypetypmodcoll(relid, *column, &type, &typmod, &collation);
		if (*column <= 0 || !is_code(type, split->date_part != NULL))
		{
			char	   *other = has_more(relid, name);

			*reason = psprintf("\"%s\" has no column \"%s\" of type %s%s", get_rel_name(relid), name, split->date_part != NULL ? "date" : "text",
							   other ? psprintf(", \"%s\" has: count it from there", other) : "");
			*column = InvalidAttrNumber;
			return NULL;
		}
		value = psprintf("(emgov_record).%s", quote_identifier(name));
	}
	if (split->date_part != NULL)
		return psprintf("extract(%s FROM %s)::int::text COLLATE \"C\"", split->date_part, value);
	return psprintf("%s::text COLLATE \"C\"", value);
}

/*
 * emgov_internal.split_expression(splits emgov_internal.figure_split[], place int, relation regclass, day text, OUT expression text, OUT reason text)
 *
 * The code of a relation's record in a place, as SQL over emgov_record, or why there is none; day: the
 * date that an indicator is counted by, as such SQL.
 */
PG_FUNCTION_INFO_V1(emgov_split_expression);
Datum
emgov_split_expression(PG_FUNCTION_ARGS)
{
	Splits	   *splits = read_splits(fcinfo, 0, -1);
	int			place = PG_GETARG_INT32(1);
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2];
	AttrNumber	column;
	char	   *reason = NULL;
	char	   *sql;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (place < 0 || place >= N_SPLITS || !is_split(splits, place))
		PG_RETURN_NULL();
	sql = split_sql(splits, place, PG_GETARG_OID(2), text_to_cstring(PG_GETARG_TEXT_PP(3)), &column, &reason);
	nulls[0] = sql == NULL;
	nulls[1] = sql != NULL;
	values[0] = sql == NULL ? (Datum) 0 : CStringGetTextDatum(sql);
	values[1] = sql != NULL ? (Datum) 0 : CStringGetTextDatum(reason);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

const char *
split_member(const Splits *splits, int place, const char *code)
{
	Label	   *label = splits->labels[place] == NULL ? NULL : label_lookup(splits->labels[place], code);

	return label == NULL || label->member == NULL ? code : label->member;
}
