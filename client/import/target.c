/*
 * target.c
 *		The table that rows go into, as the server's catalog describes it.
 */
#include "target.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "connect.h"
#include "heading.h"
#include "say.h"
#include "task.h"

#define MOST_LOOKED_UP "5000"

char *
quoted(const char *identifier)
{
	char	   *escaped = PQescapeIdentifier(db_connect(), identifier, strlen(identifier));
	char	   *copy = need_copy(escaped ? escaped : "");

	PQfreemem(escaped);
	return copy;
}

char *
quoted_literal(const char *text)
{
	char	   *escaped = PQescapeLiteral(db_connect(), text, strlen(text));
	char	   *copy = need_copy(escaped ? escaped : "");

	PQfreemem(escaped);
	return copy;
}

int
target_column(const Target *target, const char *name)
{
	for (int i = 0; i < target->count; i++)
		if (strcmp(target->columns[i].name, name) == 0)
			return i;
	return -1;
}

bool
next_column(const Target *target, const char **numbers, int *at)
{
	char	   *end;
	long		number = strtol(*numbers, &end, 10);

	if (end == *numbers)
		return false;
	*numbers = end;
	*at = -1;
	for (int i = 0; i < target->count && number > 0; i++)
		if (target->columns[i].number == number)
			*at = i;
	return true;
}

bool
column_needs_cast(const TargetColumn *column)
{
	return (column->value.kind == VALUE_OTHER || column->domain) && column->role == COLUMN_PLAIN;
}

static void
add_string(char ***list, int *count, const char *string)
{
	*list = need_more(*list, (size_t) (*count + 1) * sizeof **list);
	(*list)[(*count)++] = need_copy(string);
}

static void
add_key(TargetColumn *column, const char *heading, int rank)
{
	Chars		key = {0};

	heading_key(&key, heading);
	for (int i = 0; i < column->key_count; i++)
		if (strcmp(column->keys[i], key.data) == 0)
		{
			chars_free(&key);
			return;
		}
	if (key.length)
	{
		column->key_ranks = need_more(column->key_ranks, (size_t) (column->key_count + 1) * sizeof *column->key_ranks);
		column->key_ranks[column->key_count] = rank;
		add_string(&column->keys, &column->key_count, key.data);
	}
	chars_free(&key);
}

/* A comment 中文：… | English, …: what stands before the first mark of each language is a heading. */
static void
add_comment_keys(TargetColumn *column)
{
	static const char *const marks[] = {"：", "，", "；", "。", ":", ",", ";", "（", "(", NULL};
	const char *from = column->comment;

	if (strstr(column->comment, "（元"))
		column->money = true;
	while (*from)
	{
		const char *bar = strstr(from, " | ");
		size_t		length = bar ? (size_t) (bar - from) : strlen(from);
		char	   *part = need(length + 1);

		memcpy(part, from, length);
		add_key(column, part, 0);
		for (const char *const *mark = marks; *mark; mark++)
		{
			char	   *at = strstr(part, *mark);

			if (at && at > part)
			{
				*at = '\0';
				add_key(column, part, 0);
			}
		}
		free(part);
		from += length;
		from += bar ? 3 : 0;
	}
}

char *
comment_label(const char *comment, const char *otherwise)
{
	static const char *const marks[] = {"：", "，", "；", "。", ":", ",", ";", "（", " (", NULL};
	const char *bar = strstr(comment, " | ");
	const char *from = !words_chinese && bar ? bar + 3 : comment;
	size_t		length = words_chinese && bar ? (size_t) (bar - from) : strlen(from);

	if (length == 0)
		return need_copy(otherwise);
	for (const char *const *mark = marks; *mark; mark++)
	{
		const char *at = strstr(from, *mark);

		if (at && at > from && (size_t) (at - from) < length)
			length = (size_t) (at - from);
	}
	return need_format("%.*s", (int) length, from);
}

char *
column_label(const TargetColumn *column)
{
	static const struct
	{
		const char *name;
		Words		words;
	}			made[] = {
		{"@uscc", {"unified social credit code", "统一社会信用代码"}}, {"@name", {"enterprise", "企业名称"}}, {"@dead", {"deaths", "死亡人数"}},
		{"@dead_missing", {"deaths and missing", "死亡（含失踪）人数"}},
		{"@missing", {"missing", "失踪人数"}}, {"@serious", {"seriously injured", "重伤人数"}}, {"@minor", {"slightly injured", "轻伤人数"}}, {"@penalty", {"kind of penalty", "处罚类别"}},
		{"@fine", {"fine", "罚款金额"}}, {"@confiscated", {"confiscated", "没收金额"}}, {"period", {"period", "统计期"}}
	};

	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		if (column->role == COLUMN_MADE && strcmp(column->name, made[i].name) == 0)
			return need_copy(words(made[i].words));
	return comment_label(column->comment, column->name);
}

char *
table_label(const Target *target)
{
	return comment_label(target->comment, target->table);
}

/* How values of a type are read. */
static void
set_value_type(TargetColumn *column, const char *base, int modifier)
{
	ValueType  *v = &column->value;

	v->kind = VALUE_OTHER;
	if (strcmp(base, "text") == 0)
		v->kind = VALUE_TEXT;
	else if (strcmp(base, "character varying") == 0 || strcmp(base, "character") == 0)
	{
		v->kind = VALUE_TEXT;
		v->most_characters = modifier > 4 ? modifier - 4 : 0;
	}
	else if (strcmp(base, "smallint") == 0)
		v->kind = VALUE_INTEGER, v->least = SHRT_MIN, v->most = SHRT_MAX;
	else if (strcmp(base, "integer") == 0)
		v->kind = VALUE_INTEGER, v->least = INT_MIN, v->most = INT_MAX;
	else if (strcmp(base, "bigint") == 0)
		v->kind = VALUE_INTEGER, v->least = LLONG_MIN, v->most = LLONG_MAX;
	else if (strcmp(base, "numeric") == 0)
	{
		v->kind = VALUE_NUMBER;
		if (modifier > 4)
			v->precision = ((modifier - 4) >> 16) & 0xFFFF, v->scale = (modifier - 4) & 0x7FF;
	}
	else if (strcmp(base, "double precision") == 0 || strcmp(base, "real") == 0)
		v->kind = VALUE_NUMBER;
	else if (strcmp(base, "date") == 0)
		v->kind = VALUE_DATE;
	else if (strcmp(base, "timestamp without time zone") == 0 || strcmp(base, "timestamp with time zone") == 0)
		v->kind = VALUE_MOMENT;
	else if (strcmp(base, "boolean") == 0)
		v->kind = VALUE_BOOLEAN;
}

static TargetColumn *
new_column(Target *target, const char *name, const char *type)
{
	TargetColumn *column;

	target->columns = need_more(target->columns, (size_t) (target->count + 1) * sizeof *target->columns);
	column = &target->columns[target->count++];
	memset(column, 0, sizeof *column);
	column->name = need_copy(name);
	column->type = need_copy(type);
	column->comment = need_copy("");
	column->writable = true;
	return column;
}

static void
add_made(Target *target, const char *name, const char *type, ValueKind kind)
{
	TargetColumn *column = new_column(target, name, type);

	column->role = COLUMN_MADE;
	column->value.kind = kind;
	column->value.most = 100000;
	if (kind == VALUE_NUMBER)
		column->value.precision = 16, column->value.scale = 2, column->money = true;
}

static void
take_synonym(void *context, const char *table, const char *name, const char *word)
{
	Target	   *target = context;
	bool		every = strcmp(table, "*") == 0;
	Chars		key = {0};

	if ((!every && strcmp(table, target->table) != 0) || (!every && !target->in_ledger))
		return;
	if (strcmp(name, "@address") == 0)
		add_string(&target->addresses, &target->address_count, heading_key(&key, word));
	else if (name[0] == '!' || name[0] == '-')
		add_string(name[0] == '!' ? &target->personal : &target->silent, name[0] == '!' ? &target->personal_count : &target->silent_count, heading_key(&key, word));
	else
	{
		bool		last = name[0] == '?';
		int			at = target_column(target, name + last);

		if (at >= 0 && (!every || target->in_ledger))
			add_key(&target->columns[at], word, every && last ? RANK_LAST : every || last ? 2 : 1);
	}
	chars_free(&key);
}

static void
take_term(void *context, const char *place, const char *value, const char *word)
{
	Target	   *target = context;

	for (int i = 0; i < target->count && target->in_ledger; i++)
	{
		TargetColumn *column = &target->columns[i];
		char	   *name = need_format("%s.%s", target->table, column->name);
		bool		here = strcmp(name, place) == 0 || (strcmp(place, "penalty.kind_code") == 0 && strcmp(column->name, "@penalty") == 0);

		free(name);
		/* where the values are looked up, only for one that is there */
		if (here && *value && column->value.only_terms)
		{
			Chars		key = {0};

			here = find_term(&column->value, squeezed(&key, value)) != NULL;
			chars_free(&key);
		}
		if (here)
			add_term(&column->value, word, value);
	}
}

/* Lists of values that a check allows, with the words of the comment where it has as many: 等级：一般、重大 | level */
static void
add_allowed(TargetColumn *column, const char *const *values, int count)
{
	const char *colon = strstr(column->comment, "：");
	const char *end = colon ? strstr(colon, " | ") : NULL;

	for (int i = 0; i < count; i++)
		add_term(&column->value, values[i], values[i]);
	column->value.only_terms = true;
	if (!colon)
		return;
	colon += strlen("：");
	if (!end)
		end = colon + strlen(colon);
	for (int pass = 0, n = 0; pass < 2; pass++)
	{
		const char *from = colon;

		if (pass == 1 && n != count)
			return;
		for (n = 0; from < end; n++)
		{
			const char *to = strstr(from, "、");
			const char *note = strstr(from, "，");
			char	   *word;

			if (!to || to > end)
				to = end;
			if (note && note < to)
				to = end;		/* what follows is no word of the list */
			word = need((size_t) (to - from) + 1);
			memcpy(word, from, (size_t) ((note && note < to ? note : to) - from));
			if (pass == 1 && n < count)
				add_term(&column->value, word, values[n]);
			free(word);
			from = to < end ? to + strlen("、") : end;
		}
	}
}

static void
load_allowed(Target *target)
{
	PGresult   *result = db_query("SELECT v.column_name, u.value FROM emgov.allowed_values($1::regclass) AS v CROSS JOIN LATERAL unnest(v.allowed) WITH ORDINALITY AS u (value, n)"
								  " ORDER BY v.column_name, v.constraint_name, u.n", 1, target->quoted);

	for (int row = 0; row < PQntuples(result);)
	{
		const char *values[200];
		int			n = 0, at = target_column(target, PQgetvalue(result, row, 0)), first = row;

		for (; row < PQntuples(result) && strcmp(PQgetvalue(result, row, 0), PQgetvalue(result, first, 0)) == 0; row++)
			if (n < 200)
				values[n++] = PQgetvalue(result, row, 1);
		if (at >= 0)
			add_allowed(&target->columns[at], values, n);
	}
	PQclear(result);
}

/* The labels of enums as lists; not where two of them are the same word to whoever reads a sheet. */
static void
load_enums(Target *target)
{
	PGresult   *result = db_query("SELECT a.attname, e.enumlabel FROM pg_attribute AS a JOIN pg_enum AS e ON e.enumtypid = a.atttypid"
								  " WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum, e.enumsortorder", 1, target->quoted);

	for (int row = 0; row < PQntuples(result);)
	{
		const char *labels[200];
		int			n = 0, first = row, at = target_column(target, PQgetvalue(result, row, 0));

		for (; row < PQntuples(result) && strcmp(PQgetvalue(result, row, 0), PQgetvalue(result, first, 0)) == 0; row++)
			if (n < 200)
				labels[n++] = PQgetvalue(result, row, 1);
		if (at < 0 || row - first > n || target->columns[at].value.kind != VALUE_OTHER)
			continue;
		for (int i = 0; i < n; i++)
			add_term(&target->columns[at].value, labels[i], labels[i]);
		if (target->columns[at].value.term_count < n)
			target->columns[at].value.term_count = 0;
		else
			add_allowed(&target->columns[at], labels, n);
	}
	PQclear(result);
}

static bool
is_deadline(const char *name)
{
	return strcmp(name, "deadline") == 0 || strcmp(name, "due_on") == 0;
}

Target *
describe_target(const char *name)
{
	Target	   *target = need(sizeof *target);
	const char *dot = strchr(name, '.');
	char	   *schema = dot ? need_format("%.*s", (int) (dot - name), name) : NULL;
	PGresult   *result;
	char	   *oid;

	result = db_query("SELECT n.nspname, c.relname, c.oid::regclass::text, coalesce(obj_description(c.oid, 'pg_class'), ''), n.nspname = @name@, c.oid"
					  "  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
					  " WHERE c.relkind IN ('r', 'p') AND c.relname = $2 AND CASE WHEN $1::text IS NULL THEN n.nspname IN (@name@, 'public') ELSE n.nspname = $1 END"
					  " ORDER BY n.nspname <> @name@ LIMIT 1", 2, schema, dot ? dot + 1 : name);
	if (PQntuples(result) == 0)
	{
		char	   *near = db_value("SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
									" WHERE c.relkind IN ('r', 'p') AND n.nspname = coalesce($1::text, @name@) AND (c.relname LIKE '%' || $2 || '%' OR $2 LIKE '%' || c.relname || '%')",
									2, schema, dot ? dot + 1 : name);

		if (!dot && !near)		/* perhaps there is no ledger at all: it says so */
			db_ledger();
		say_error(TEXT("there is no table \"%s\"", "没有表“%s”"), name);
		if (near)
			say_hint(TEXT("There is %s.", "有 %s。"), near);
		else
			say_hint(TEXT("Tables of a ledger are accident, subject, inspection, hazard, enforcement_case, remediation, reported and others; one elsewhere is named with its schema.",
						  "台账中的表有 accident、subject、inspection、hazard、enforcement_case、remediation、reported 等；其他表请写明模式名。"));
		exit(EXIT_FAILED);
	}
	target->schema = need_copy(PQgetvalue(result, 0, 0));
	target->table = need_copy(PQgetvalue(result, 0, 1));
	target->quoted = need_copy(PQgetvalue(result, 0, 2));
	target->comment = need_copy(PQgetvalue(result, 0, 3));
	target->in_ledger = PQgetvalue(result, 0, 4)[0] == 't' && db_extension() && db_has_ledger();
	target->reported = target->in_ledger && strcmp(target->table, "reported") == 0;
	oid = need_copy(PQgetvalue(result, 0, 5));
	PQclear(result);
	free(schema);

	result = db_query("SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(coalesce(nullif(y.typbasetype, 0), y.oid), NULL),"
					  " CASE WHEN y.typbasetype <> 0 THEN y.typtypmod ELSE a.atttypmod END, a.attnotnull OR y.typnotnull, a.attidentity::text, a.attgenerated::text,"
					  " CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, coalesce(col_description(a.attrelid, a.attnum), ''),"
					  " k.confrelid::regclass::text, r.relname, ra.attname, r.relnamespace = (SELECT g.oid FROM pg_namespace AS g WHERE g.nspname = @name@),"
					  " EXISTS (SELECT FROM pg_attribute AS n WHERE n.attrelid = k.confrelid AND n.attname = 'number' AND n.atttypid = 'text'::regtype AND NOT n.attisdropped),"
					  " has_column_privilege(a.attrelid, a.attnum, 'INSERT'), y.typtype = 'd', a.attnum"
					  "  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_type AS y ON y.oid = a.atttypid"
					  "  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
					  "  LEFT JOIN LATERAL (SELECT k.confrelid, k.confkey, k.conkey FROM pg_constraint AS k WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey[1] = a.attnum"
					  "                      ORDER BY cardinality(k.conkey), k.oid LIMIT 1) AS k ON true"
					  "  LEFT JOIN pg_class AS r ON r.oid = k.confrelid LEFT JOIN pg_attribute AS ra ON ra.attrelid = k.confrelid AND ra.attnum = k.confkey[1]"
					  " WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum", 1, oid);
	for (int row = 0; row < PQntuples(result); row++)
	{
		TargetColumn *column = new_column(target, PQgetvalue(result, row, 0), PQgetvalue(result, row, 1));
		bool		to_ledger = db_field(result, row, 12) && PQgetvalue(result, row, 12)[0] == 't', of_ledger = target->in_ledger && to_ledger;

		column->number = atoi(PQgetvalue(result, row, 16));
		free(column->comment);
		column->comment = need_copy(PQgetvalue(result, row, 8));
		column->not_null = PQgetvalue(result, row, 4)[0] == 't';
		column->identity = PQgetvalue(result, row, 5)[0] != '\0';
		column->generated = PQgetvalue(result, row, 6)[0] != '\0' || PQgetvalue(result, row, 5)[0] == 'a';
		column->default_expression = db_field(result, row, 7) ? need_copy(PQgetvalue(result, row, 7)) : NULL;
		/* who was a number of a sheet, the import alone says */
		column->writable = PQgetvalue(result, row, 14)[0] == 't' && !column->generated && !(is_roster(target) && strcmp(column->name, "from_count") == 0);
		column->domain = PQgetvalue(result, row, 15)[0] == 't';
		set_value_type(column, PQgetvalue(result, row, 2), atoi(PQgetvalue(result, row, 3)));
		if (db_field(result, row, 9))
		{
			column->reference = need_copy(PQgetvalue(result, row, 9));
			column->reference_table = need_copy(PQgetvalue(result, row, 10));
			column->reference_column = need_copy(PQgetvalue(result, row, 11));
			column->of_ledger = to_ledger;
			if (of_ledger && strcmp(column->reference_table, "subject") == 0)
				column->role = COLUMN_SUBJECT;
			else if (of_ledger && PQgetvalue(result, row, 13)[0] == 't' && strcmp(column->reference_column, "id") == 0)
				column->role = COLUMN_NUMBER, column->value = (ValueType) {.kind = VALUE_TEXT, .identifier = true};
		}
		column->value.deadline = target->in_ledger && is_deadline(column->name);
		column->value.identifier = column->value.identifier || (target->in_ledger && (strcmp(column->name, "number") == 0 || strcmp(column->name, "uscc") == 0));
		column->value.code = column->value.kind == VALUE_TEXT;
		add_key(column, column->name, 0);
		/* a key is nobody's heading 编号, nor is 状态 whether a record counts */
		if (!target->in_ledger || (strcmp(column->name, "id") != 0 && strcmp(column->name, "status") != 0 && strcmp(column->name, "kind") != 0))
			add_comment_keys(column);
	}
	PQclear(result);
	free(oid);
	target->has_status = target->in_ledger && target_column(target, "status") >= 0;
	/* what has happened: said here of what lies beyond tomorrow, wherever the server's day is; see check_days() */
	for (int i = 0; i < target->count && target->has_status; i++)
	{
		static const char *const ahead[] = {"planned_on", "due_on", "starts_on", "ends_on", "in_force_on", "hearing_on", NULL};
		const char *const *name = ahead;

		while (*name && strcmp(*name, target->columns[i].name) != 0)
			name++;
		if (!*name && ends_with(target->columns[i].name, "_on") && target->columns[i].value.kind == VALUE_DATE)
			target->columns[i].value.latest = (long) (time(NULL) / 86400) + 1;
	}
	load_enums(target);
	if (target->in_ledger)
	{
		if (target_column(target, "subject_id") >= 0)
		{
			add_made(target, "@uscc", "text", VALUE_TEXT);
			target->columns[target->count - 1].value.identifier = true;
			add_made(target, "@name", "text", VALUE_TEXT);
		}
		if (strcmp(target->table, "accident") == 0)
		{
			static const char *const outcomes[] = {"@dead", "@dead_missing", "@missing", "@serious", "@minor"};

			for (int i = 0; i < 5; i++)
				add_made(target, outcomes[i], "int", VALUE_INTEGER);
		}
		else if (strcmp(target->table, "enforcement_case") == 0)
		{
			add_made(target, "@penalty", "text", VALUE_TEXT);
			add_made(target, "@fine", "numeric(16,2)", VALUE_NUMBER);
			add_made(target, "@confiscated", "numeric(16,2)", VALUE_NUMBER);
		}
		else if (target->reported)
			add_made(target, "period", "text", VALUE_TEXT);
		if (!target->reported)
			load_allowed(target);
	}
	read_synonyms("synonyms.tsv", take_synonym, target);
	return target;
}

const char *
assumed_day(const Target *target, const char *column)
{
	if (!target->in_ledger)
		return NULL;
	if (strcmp(target->table, "enforcement_case") == 0 && strcmp(column, "filed_on") == 0)
		return "decided_on";
	return strcmp(target->table, "permit") == 0 && strcmp(column, "applied_on") == 0 ? "issued_on" : NULL;
}

bool
is_roster(const Target *target)
{
	return target->in_ledger && strcmp(target->table, "casualty") == 0;
}

bool
is_day_of_accident(const Target *target, const char *column)
{
	return is_roster(target) && strcmp(column, "outcome_on") == 0;
}

/* Codes of areas and what they are part of, and the city that the ledger's bureau is of. */
static void
load_above(ValueType *areas)
{
	PGresult   *result = db_query("SELECT a.code, a.parent_code FROM ONLY @ledger@.area AS a WHERE a.parent_code IS NOT NULL"
								  " UNION ALL SELECT NULL, substring(o.name_zh FROM '^(?:[^省区市]{2,6}(?:省|自治区))?([^省区市]{2,6}市)')"
								  " FROM ONLY @ledger@.organisation AS o WHERE o.code = 'bureau'", 0);

	areas->areas = true;
	areas->parents = need((size_t) (PQntuples(result) + 1) * sizeof *areas->parents);
	areas->cities = need((size_t) (PQntuples(result) + 1) * sizeof *areas->cities);
	for (int row = 0; row < PQntuples(result); row++)
		if (db_field(result, row, 0))
			areas->parents[areas->parent_count++] = (Term) {.word = need_copy(PQgetvalue(result, row, 0)), .value = need_copy(PQgetvalue(result, row, 1))};
		else if (db_field(result, row, 1))
			areas->cities[areas->city_count++] = need_copy(PQgetvalue(result, row, 1));
	PQclear(result);
}

/* What everybody calls a body for short: 市应急局 is 市应急管理局. */
static void
add_short_name(ValueType *type, const char *name, const char *value)
{
	static const char *const shortened[][2] = {{"应急管理局", "应急局"}, {"市场监督管理局", "市场监管局"}};

	for (size_t i = 0; i < sizeof shortened / sizeof *shortened; i++)
	{
		const char *at = strstr(name, shortened[i][0]);
		char	   *word;

		if (!at)
			continue;
		word = need_format("%.*s%s%s", (int) (at - name), name, shortened[i][1], at + strlen(shortened[i][0]));
		add_term(type, word, value);
		free(word);
	}
}

/*
 * What a column of a table that is none of the ledger's is looked up in: a table of the ledger that it refers to by code, or the areas where it is a text
 * called area_code that refers to nothing. NULL: nothing, or whoever imports may not read that.
 */
static const char *
looked_up_in(const TargetColumn *column)
{
	const char *table = column->reference ? (column->of_ledger && strcmp(column->reference_column, "code") == 0 ? column->reference_table : NULL)
		: strcmp(column->name, "area_code") == 0 ? "area" : NULL;
	char	   *may;

	if (!table || column->value.kind != VALUE_TEXT || column->domain || !db_extension() || !db_has_ledger())
		return NULL;
	may = db_value("SELECT bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
				   " WHERE n.nspname = @name@ AND c.relname IN ($1, 'area', 'organisation')", 1, table);
	if (!may || strcmp(may, "true") != 0)
		table = NULL;
	free(may);
	return table;
}

/* Areas that have ended, for a table of which no trigger of the ledger asks. */
static void
load_ended(Target *target)
{
	PGresult   *result = db_query(words_chinese ? "SELECT a.code, a.name_zh, a.valid_to, a.valid_to - 1, coalesce(b.name_zh, '') FROM ONLY @ledger@.area AS a"
								  " LEFT JOIN ONLY @ledger@.area AS b ON b.code = a.successor_code WHERE a.valid_to IS NOT NULL"
								  : "SELECT a.code, coalesce(a.name_en, a.name_zh), a.valid_to, a.valid_to - 1, coalesce(b.name_en, b.name_zh, '') FROM ONLY @ledger@.area AS a"
								  " LEFT JOIN ONLY @ledger@.area AS b ON b.code = a.successor_code WHERE a.valid_to IS NOT NULL", 0);

	target->ended_count = 0;
	target->ended = need((size_t) (PQntuples(result) + 1) * sizeof *target->ended);
	for (int row = 0; row < PQntuples(result); row++)
		target->ended[target->ended_count++] = (EndedArea) {
			.code = need_copy(PQgetvalue(result, row, 0)), .name = need_copy(PQgetvalue(result, row, 1)), .ended = need_copy(PQgetvalue(result, row, 2)),
			.last = need_copy(PQgetvalue(result, row, 3)), .successor = need_copy(PQgetvalue(result, row, 4))
		};
	PQclear(result);
}

const EndedArea *
ended_area(const Target *target, const char *const *values, int *at)
{
	const char *day = NULL;
	bool		must = false, any = false;

	/* a table without a date may have a moment; when a version was known is no day of the record */
	for (int pass = 0; pass < 2 && !any; pass++)
		for (int i = 0; i < target->count && target->ended_count > 0 && !must; i++)
		{
			const TargetColumn *column = &target->columns[i];

			if (column->role != COLUMN_PLAIN || column->value.kind != (pass ? VALUE_MOMENT : VALUE_DATE) || strcmp(column->name, "known_from") == 0 || strcmp(column->name, "kept_since") == 0)
				continue;
			any = true;
			must = column->not_null;
			if (must || (values[i] && (!day || strcmp(values[i], day) < 0)))
				day = values[i];
		}
	for (int i = 0; i < target->count && day; i++)
		for (int e = 0; e < target->ended_count && target->columns[i].value.areas && values[i]; e++)
			if (strcmp(values[i], target->ended[e].code) == 0 && strncmp(day, target->ended[e].ended, strlen("2024-01-01")) >= 0)
			{
				*at = i;
				return &target->ended[e];
			}
	return NULL;
}

void
load_references(Target *target)
{
	for (int i = 0; i < target->count; i++)
	{
		TargetColumn *column = &target->columns[i];
		PGresult   *result;
		const char *table = strcmp(column->name, "@penalty") == 0 ? "penalty_kind" : column->reference_table;
		char	   *reference = column->reference;

		if (!target->in_ledger && column->role == COLUMN_PLAIN)
			table = looked_up_in(column);
		if (!table || (!target->in_ledger && column->role != COLUMN_PLAIN) || (column->role != COLUMN_PLAIN && column->role != COLUMN_MADE))
			continue;
		if (!reference)
		{
			char	   *schema = quoted(ledger_name), *name = quoted(table);

			reference = need_format("%s.%s", schema, name);
			free(schema);
			free(name);
		}
		result = db_query("SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = $1::regclass AND a.attname IN ('code', 'name_zh', 'name_en', 'valid_to', 'parent_code') AND NOT a.attisdropped"
						  " ORDER BY a.attname", 1, reference);
		if (PQntuples(result) >= 2 && strcmp(PQgetvalue(result, 0, 0), "code") == 0)
		{
			bool		english = false, ends = false, tree = false;
			char	   *sql;

			for (int r = 0; r < PQntuples(result); r++)
			{
				english = english || strcmp(PQgetvalue(result, r, 0), "name_en") == 0;
				ends = ends || strcmp(PQgetvalue(result, r, 0), "valid_to") == 0;
				tree = tree || strcmp(PQgetvalue(result, r, 0), "parent_code") == 0;
			}
			PQclear(result);
			/* of two that have a name, the one in force has it; a category that others are below is none of an accident */
			sql = need_format("SELECT x.code::text, x.name_zh, %s FROM ONLY %s AS x %s ORDER BY %s x.code LIMIT " MOST_LOOKED_UP,
							  english ? "coalesce(x.name_en, '')" : "''", reference,
							  tree && strcmp(table, "accident_category") == 0 ? "WHERE NOT EXISTS (SELECT FROM ONLY @ledger@.accident_category AS b WHERE b.parent_code = x.code)" : "",
							  ends ? "x.valid_to DESC NULLS FIRST," : "");
			result = db_query(sql, 0);
			free(sql);
			/* a ledger without areas has no names of them for another's table */
			if (PQntuples(result) < atoi(MOST_LOOKED_UP) && (target->in_ledger || PQntuples(result) > 0))
			{
				column->looked_up = column->value.only_terms = column->value.named = true;
				column->value.place = strcmp(table, "area") == 0 || strcmp(table, "organisation") == 0;
				column->value.many = strcmp(column->name, "@penalty") == 0;
				if (strcmp(table, "area") == 0)
					load_above(&column->value);
				if (strcmp(table, "area") == 0 && !target->in_ledger)
					load_ended(target);
				for (int part = 0; part < 3; part++)
					for (int r = 0; r < PQntuples(result); r++)
						add_term(&column->value, PQgetvalue(result, r, part), PQgetvalue(result, r, 0));
				for (int r = 0; r < PQntuples(result) && strcmp(table, "organisation") == 0; r++)
					add_short_name(&column->value, PQgetvalue(result, r, 1), PQgetvalue(result, r, 0));
			}
		}
		PQclear(result);
		if (reference != column->reference)
			free(reference);
	}
	/* in English a value is its own word, or the name of what it refers to: synonyms are for reading */
	for (int i = 0; i < target->count && !words_chinese; i++)
		list_choices(&target->columns[i].value);
	for (int i = 0; i < target->count; i++)
		target->columns[i].value.own_terms = target->columns[i].value.term_count;
	read_synonyms("terms.tsv", take_term, target);
	for (int i = 0; i < target->count && words_chinese; i++)
		list_choices(&target->columns[i].value);
}

char *
area_code(const char *given)
{
	ValueType	areas = {.kind = VALUE_TEXT, .only_terms = true, .named = true, .place = true};
	/* of two that have a name, the one in force has it */
	PGresult   *result = db_query("SELECT a.code, a.name_zh, coalesce(a.name_en, '') FROM ONLY @ledger@.area AS a ORDER BY a.valid_to DESC NULLS FIRST, a.code", 0);
	Chars		code = {0};
	ValueProblem problem = {0};

	chars_reset(&problem.reason);
	chars_reset(&problem.likely);
	for (int part = 0; part < 3; part++)
		for (int row = 0; row < PQntuples(result); row++)
			add_term(&areas, PQgetvalue(result, row, part), PQgetvalue(result, row, 0));
	PQclear(result);
	list_choices(&areas);
	if (read_text_value(&code, given, false, &areas, NULL, &problem) == VALUE_FINE)
		return need_copy(code.data);
	say_error(TEXT("--area: there is no area \"%s\"", "--area：没有区域“%s”"), given);
	if (problem.reason.length)
		say_detail("%s%s%s", problem.reason.data, problem.likely.length ? TEXT(": ", "：") : "", problem.likely.data);
	return NULL;
}
