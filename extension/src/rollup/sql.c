/*
 * sql.c
 *		The SQL texts of a rollup, made from its definition.
 *
 * The view is a merge of sums, positive or negative (merged); a fold runs none of these
 * (move.c).  No text holds an expression of the query: the rows of the table are summed in C (row.c).
 *
 * Every name is qualified and quoted by the server's own deparser; callers have
 * pinned search_path to pg_catalog, so that unqualified operators are the core's.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "rollup/rollup.h"

/* The schema-qualified, quoted name of a relation. */
char *
rollup_name(Oid relid)
{
	char	   *name = get_rel_name(relid);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u of a rollup does not exist", relid)));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

/* The schema-qualified, quoted name of a collation. */
static char *
collation_name(Oid collation)
{
	HeapTuple	tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	Form_pg_collation form;
	char	   *result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	form = (Form_pg_collation) GETSTRUCT(tuple);
	result = quote_qualified_identifier(get_namespace_name(form->collnamespace), NameStr(form->collname));
	ReleaseSysCache(tuple);
	return result;
}

/* A type's name, qualified, with its modifier. */
static char *
type_name(Oid type, int32 typmod)
{
	return format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
}

/* The zero of what is stored of a summary (wide.c). */
#define WIDE_ZERO	"'0'::emgov.wide_summary"

/* The zero of a summary type. */
static char *
zero_of(const RollupGroup *group)
{
	return psprintf("%s::%s", quote_literal_cstr(group->zero), type_name(group->type, -1));
}

/* The sum of a stored column. */
static char *
sum_of(const RollupColumn *column)
{
	switch (column->kind)
	{
		case ROLLUP_COLUMN_COUNT:
			return psprintf("emgov_internal.rollup_count(%s)", column->name);
		case ROLLUP_COLUMN_INT8:
			return psprintf("pg_catalog.sum(%s)::pg_catalog.int8", column->name);
		case ROLLUP_COLUMN_NUMERIC:
			return psprintf("pg_catalog.sum(%s)", column->name);
		case ROLLUP_COLUMN_SUMMARY:
			return psprintf("emgov.sum(%s)", column->name);
	}
	return NULL;
}

/* A stored column with its sign turned. */
static char *
negative_of(const RollupColumn *column)
{
	if (column->kind == ROLLUP_COLUMN_SUMMARY)
		return psprintf("emgov_internal.wide_summary_subtract(%s, %s)", WIDE_ZERO, column->name);
	return psprintf("-%s", column->name);
}

/* "k1, k2, ", with a prefix before each name. */
static char *
key_list(const RollupDefinition *def, const char *prefix)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	for (i = 0; i < def->nkeys; i++)
		appendStringInfo(&sql, "%s%s, ", prefix, def->keys[i].name);
	return sql.data;
}

/* " GROUP BY 1, 2", or nothing. */
static char *
group_by(const RollupDefinition *def)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	for (i = 0; i < def->nkeys; i++)
		appendStringInfo(&sql, "%s%d", i == 0 ? " GROUP BY " : ", ", i + 1);
	return sql.data;
}

/* The columns' names, without the keys. */
static char *
column_list(const RollupDefinition *def)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	for (i = 0; i < def->ncolumns; i++)
		appendStringInfo(&sql, "%s%s", i == 0 ? "" : ", ", def->columns[i].name);
	return sql.data;
}

/* total and delta as one, whatever the order of their columns. */
static char *
both_tables(const RollupDefinition *def, const char *total, const char *delta)
{
	const char *columns = psprintf("%s%s", key_list(def, ""), column_list(def));

	return psprintf("(SELECT %s FROM %s UNION ALL SELECT %s FROM %s) s", columns, total, columns, delta);
}

/* Merge the rows of a relation or subquery that has the stored columns. */
static char *
merged(const RollupDefinition *def, const char *from)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s", key_list(def, ""));
	for (i = 0; i < def->ncolumns; i++)
		appendStringInfo(&sql, "%s%s AS %s", i == 0 ? "" : ", ",
						 sum_of(&def->columns[i]), def->columns[i].name);
	appendStringInfo(&sql, " FROM %s%s HAVING ", from, group_by(def));
	for (i = 0; i < def->ncolumns; i++)
	{
		RollupColumn *column = &def->columns[i];

		appendStringInfo(&sql, "%s", i == 0 ? "" : " OR ");
		if (column->kind == ROLLUP_COLUMN_SUMMARY)
			appendStringInfo(&sql, "NOT (%s OPERATOR(emgov.=) %s)", sum_of(column), WIDE_ZERO);
		else
			appendStringInfo(&sql, "%s <> 0", sum_of(column));
	}
	return sql.data;
}

/* What takes all that the rollup holds to nothing. */
char *
rollup_sql_clear(const RollupDefinition *def, const Rollup *rollup)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s", key_list(def, ""));
	for (i = 0; i < def->ncolumns; i++)
		appendStringInfo(&sql, "%s%s AS %s", i == 0 ? "" : ", ",
						 negative_of(&def->columns[i]), def->columns[i].name);
	appendStringInfo(&sql, " FROM (%s) s",
					 merged(def, both_tables(def, rollup_name(rollup->total), rollup_name(rollup->delta))));
	return sql.data;
}

/* Put sums into total or delta. */
char *
rollup_sql_insert(const RollupDefinition *def, Oid table, const char *rows)
{
	return psprintf("INSERT INTO %s (%s%s) %s", rollup_name(table),
					key_list(def, ""), column_list(def), rows);
}

/* A number that tells two sets of sums apart: see rollup_run_latest. */
char *
rollup_sql_digest(const char *rows)
{
	return psprintf("SELECT COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(s::pg_catalog.text, 0)), 0)"
					"::pg_catalog.text FROM (%s) s", rows);
}

/* "hash of the keys of a relation" */
static char *
hash_of(const RollupDefinition *def, const char *prefix)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "pg_catalog.hash_record_extended(ROW(");
	for (i = 0; i < def->nkeys; i++)
		appendStringInfo(&sql, "%s%s%s", i == 0 ? "" : ", ", prefix, def->keys[i].name);
	appendStringInfoString(&sql, "), 0::pg_catalog.int8)");
	return sql.data;
}

/* CREATE TABLE for total or delta. */
char *
rollup_sql_table(const RollupDefinition *def, const char *name, bool delta, bool unlogged)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sTABLE %s (", unlogged ? "UNLOGGED " : "", name);
	for (i = 0; i < def->nkeys; i++)
	{
		RollupKey  *key = &def->keys[i];

		appendStringInfo(&sql, "%s %s", key->name, type_name(key->type, key->typmod));
		if (OidIsValid(key->collation))
			appendStringInfo(&sql, " COLLATE %s", collation_name(key->collation));
		appendStringInfoString(&sql, ", ");
	}
	for (i = 0; i < def->ncolumns; i++)
		appendStringInfo(&sql, "%s%s %s NOT NULL", i == 0 ? "" : ", ",
						 def->columns[i].name, type_name(def->columns[i].type, -1));
	/* in a page that is full no fold could leave a group where it is */
	appendStringInfo(&sql, ") WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = %d, "
					 "autovacuum_analyze_scale_factor = 0, %s)",
					 delta ? 2000 : 5000, delta ? "autovacuum_vacuum_insert_threshold = -1" : "fillfactor = 90");
	return sql.data;
}

/* The stored column of a key with its type, as a column definition of a function's rows. */
char *
rollup_sql_key_column(const RollupKey *key)
{
	return psprintf("%s %s%s%s", key->name, type_name(key->type, key->typmod), OidIsValid(key->collation) ? " COLLATE " : "",
					OidIsValid(key->collation) ? collation_name(key->collation) : "");
}

/* The stored columns of a value, likewise. */
char *
rollup_sql_value_columns(const RollupDefinition *def, const RollupValue *value)
{
	/* as many as rollup_sql_value() looks at */
	int			n = value->kind == ROLLUP_SUM_NUMERIC ? 5 : value->kind == ROLLUP_COUNT || value->kind == ROLLUP_SUMMARY ? 1 : 2;
	StringInfoData sql;

	initStringInfo(&sql);
	for (int i = value->column; i < value->column + n; i++)
		appendStringInfo(&sql, "%s%s %s", sql.len ? ", " : "", def->columns[i].name, type_name(def->columns[i].type, -1));
	return sql.data;
}

/* CREATE INDEX by the hash of the keys, for the fold; NULL without keys. */
char *
rollup_sql_index_hash(const RollupDefinition *def, const char *table)
{
	if (def->nkeys == 0)
		return NULL;
	return psprintf("CREATE INDEX ON %s (%s)", table, hash_of(def, ""));
}

/* The most bytes that a key can take in an index; 0 if there is no telling. */
static int
key_size(const RollupKey *key)
{
	int			length = get_typlen(key->type);
	int32		typmod = key->typmod;
	Oid			base = getBaseTypeAndTypmod(key->type, &typmod);

	return length > 0 ? length : Max(type_maximum_size(base, typmod), 0);
}

/*
 * CREATE INDEX by the keys, for readers of a few groups; NULL if there are no fit ones.
 * A row of an index has a limit of some 2700 bytes, so text of any length must stay
 * out: it would make a fold fail.
 */
char *
rollup_sql_index_keys(const RollupDefinition *def, const char *table)
{
	StringInfoData sql;
	int			size = 0;
	int			count = 0;
	int			i;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE INDEX ON %s (", table);
	for (i = 0; i < def->nkeys && count < INDEX_MAX_KEYS; i++)
	{
		int			bytes = key_size(&def->keys[i]);

		if (bytes == 0 || size + MAXALIGN(bytes) > 2000)
			continue;
		size += MAXALIGN(bytes);
		appendStringInfo(&sql, "%s%s", count++ == 0 ? "" : ", ", def->keys[i].name);
	}
	appendStringInfoString(&sql, ")");
	return count > 0 ? sql.data : NULL;
}

/* The value that readers see, from the sums of its stored columns. */
char *
rollup_sql_value(const RollupDefinition *def, const RollupValue *value)
{
	RollupColumn *column = &def->columns[value->column];

	switch (value->kind)
	{
		case ROLLUP_COUNT:
			return sum_of(column);
		case ROLLUP_SUM_INT:
		case ROLLUP_SUM_BIGINT:
			return psprintf("CASE WHEN %s <> 0 THEN %s END", sum_of(&column[1]), sum_of(column));
		case ROLLUP_SUM_NUMERIC:
			return psprintf("CASE WHEN %s <> 0 THEN "
							"CASE WHEN %s <> 0 OR (%s <> 0 AND %s <> 0) THEN 'NaN'::pg_catalog.numeric "
							"WHEN %s <> 0 THEN 'Infinity'::pg_catalog.numeric "
							"WHEN %s <> 0 THEN '-Infinity'::pg_catalog.numeric ELSE %s END END",
							sum_of(&column[1]), sum_of(&column[2]), sum_of(&column[3]), sum_of(&column[4]),
							sum_of(&column[3]), sum_of(&column[4]), sum_of(column));
		case ROLLUP_SUMMARY:
			return psprintf("emgov_internal.narrow(%s, %s)", sum_of(column), zero_of(value->group));
	}
	return NULL;
}

/*
 * CREATE VIEW: what readers see.  A barrier, so that a reader's condition that can fail, or tell
 * what it is asked of, meets no group that is gone and not yet folded.
 */
char *
rollup_sql_view(const RollupDefinition *def, const char *name, const char *total, const char *delta)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE VIEW %s WITH (security_barrier) AS SELECT ", name);
	for (i = 0; i < def->noutputs; i++)
	{
		RollupOutput *output = &def->outputs[i];

		appendStringInfo(&sql, "%s%s AS %s", i == 0 ? "" : ", ",
						 output->key >= 0 ? def->keys[output->key].name :
						 rollup_sql_value(def, &def->values[output->value]),
						 quote_identifier(output->name));
	}
	appendStringInfo(&sql, " FROM %s", both_tables(def, total, delta));
	if (def->grouped)
	{
		for (i = 0; i < def->nkeys; i++)
			appendStringInfo(&sql, "%s%s", i == 0 ? " GROUP BY " : ", ", def->keys[i].name);
	}
	/* a view of keys alone depends on the extension by this, and does not outlive its triggers */
	appendStringInfo(&sql, " HAVING %s %s", sum_of(&def->columns[0]), def->grouped ? "<> 0" : "IS NOT NULL");
	return sql.data;
}

/* The view's column of an output, whose name may have been changed. */
static const char *
output_name(const Rollup *rollup, int output)
{
	return quote_identifier(get_attname(rollup->view, output + 1, false));
}

/*
 * The keys of each group with its number of rows, as the rollup has it or as the table gives it: in the view's columns, of
 * which the others are NULL, and one more.
 */
static char *
group_rows(const RollupDefinition *def, const Rollup *rollup, bool kept)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (i = 0; i < def->noutputs; i++)
	{
		int			key = def->outputs[i].key;

		if (key < 0)
			appendStringInfoString(&sql, "NULL, ");
		else if (kept)
			appendStringInfo(&sql, "%s, ", def->keys[key].name);
		else
			appendStringInfo(&sql, "$%d, ", ROLLUP_VERIFY_KEYS + key);
	}
	if (kept)
		appendStringInfo(&sql, "%s FROM (%s) m", def->columns[0].name,
						 merged(def, both_tables(def, rollup_name(rollup->total), rollup_name(rollup->delta))));
	else
	{
		const char *separator = " GROUP BY ";

		appendStringInfo(&sql, "pg_catalog.count(*) FROM %s WHERE $%d", rollup_name(def->source), ROLLUP_VERIFY_WHERE);
		for (i = 0; i < def->noutputs; i++)
			if (def->outputs[i].key >= 0)
			{
				appendStringInfo(&sql, "%s%d", separator, i + 1);
				separator = ", ";
			}
		appendStringInfoString(&sql, " HAVING pg_catalog.count(*) <> 0");
	}
	return sql.data;
}

/* The number of the output that counts all rows of a group, from 0; -1 if there is none. */
static int
output_of_rows(const RollupDefinition *def)
{
	for (int i = 0; i < def->noutputs; i++)
		if (def->outputs[i].value >= 0)
		{
			const RollupValue *value = &def->values[def->outputs[i].value];

			if (value->kind == ROLLUP_COUNT && value->agg->args == NIL && value->agg->aggfilter == NULL)
				return i;
		}
	return -1;
}

/* What the number of rows is called beside the columns of the view: like none of them. */
static const char *
rows_label(const RollupDefinition *def, const Rollup *rollup)
{
	char	   *label = pstrdup("group_rows");
	int			i = 0;

	while (i < def->noutputs)
		if (strcmp(get_attname(rollup->view, ++i, false), label) == 0)
		{
			label = psprintf("%s_", label);
			i = 0;
		}
	return label;
}

/*
 * The rows in which rollup and query differ: (side, record).  With a condition, $1 stands
 * for it; on keys it reaches the table itself.  Where the rows are alike and `rows` is set, the groups
 * whose number of rows differs, which the view does not show.
 */
char *
rollup_sql_verify(const RollupDefinition *def, const Rollup *rollup, bool condition, bool rows)
{
	const char *where = condition ? " WHERE $1" : "";
	int			counted = output_of_rows(def);
	StringInfoData names;
	StringInfoData keys;
	StringInfoData sql;
	int			i;

	/* either view's columns may have been renamed */
	initStringInfo(&names);
	initStringInfo(&keys);
	for (i = 0; i < def->noutputs; i++)
	{
		appendStringInfo(&names, "%s%s", i == 0 ? "" : ", ", output_name(rollup, i));
		if (def->outputs[i].key >= 0)
			appendStringInfo(&keys, "%s, ", output_name(rollup, i));
	}
	initStringInfo(&sql);
	appendStringInfo(&sql, "WITH kept AS MATERIALIZED (SELECT * FROM %s AS r(%s)%s), "
					 "computed AS MATERIALIZED (SELECT * FROM %s AS r(%s)%s), "
					 "more AS MATERIALIZED (TABLE kept EXCEPT ALL TABLE computed), "
					 "less AS MATERIALIZED (TABLE computed EXCEPT ALL TABLE kept) ",
					 rollup_name(rollup->view), names.data, where, rollup_name(rollup->query), names.data, where);
	if (rows)
	{
		const char *label = rows_label(def, rollup);

		appendStringInfo(&sql, ", kept_rows AS MATERIALIZED (SELECT %s%s FROM (%s) AS r(%s, %s)%s), ",
						 keys.data, label, group_rows(def, rollup, true), names.data, label, where);
		if (counted >= 0)
			appendStringInfo(&sql, "computed_rows AS MATERIALIZED (SELECT %s%s AS %s FROM computed WHERE %s <> 0) ",
							 keys.data, output_name(rollup, counted), label, output_name(rollup, counted));
		else
			appendStringInfo(&sql, "computed_rows AS MATERIALIZED (SELECT %s%s FROM (%s) AS r(%s, %s)%s) ",
							 keys.data, label, group_rows(def, rollup, false), names.data, label, where);
	}
	appendStringInfoString(&sql, "SELECT 'rollup'::pg_catalog.text, pg_catalog.to_jsonb(d) FROM more d "
						   "UNION ALL SELECT 'query'::pg_catalog.text, pg_catalog.to_jsonb(d) FROM less d ");
	if (rows)
		appendStringInfoString(&sql, "UNION ALL SELECT 'rollup'::pg_catalog.text, pg_catalog.to_jsonb(d) "
							   "FROM (TABLE kept_rows EXCEPT ALL TABLE computed_rows) d WHERE NOT EXISTS (TABLE more UNION ALL TABLE less) "
							   "UNION ALL SELECT 'query'::pg_catalog.text, pg_catalog.to_jsonb(d) "
							   "FROM (TABLE computed_rows EXCEPT ALL TABLE kept_rows) d WHERE NOT EXISTS (TABLE more UNION ALL TABLE less) ");
	appendStringInfoString(&sql, "ORDER BY 2, 1");
	return sql.data;
}
