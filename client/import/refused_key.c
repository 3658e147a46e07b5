/*
 * refused_key.c
 *		Keys of rows that were refused here.
 */
#include "refused_key.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "stage_work.h"
#include "task.h"

#define MANY_KEYS 1000

typedef struct Slot
{
	char	   *key;
	long		line;
} Slot;

struct RefusedKeys
{
	const Target *target;
	PGresult   *indexes;		/* a row each: its columns by their numbers */
	Slot	   *slots;			/* a power of two of them, at most half of them used */
	size_t		size;
	size_t		used;
};

RefusedKeys *
refused_keys_of(const Target *target)
{
	RefusedKeys *keys = need(sizeof *keys);

	keys->target = target;
	keys->indexes = db_query("SELECT array_to_string((i.indkey::int2[])[:i.indnkeyatts - 1], ' ') FROM pg_index AS i WHERE i.indrelid = $1::regclass AND i.indisunique"
							 " AND i.indexprs IS NULL AND 0 <> ALL (i.indkey::int2[]) AND (i.indpred IS NULL OR $2::boolean) ORDER BY i.indexrelid", 2,
							 target->quoted, target->in_ledger ? "t" : "f");
	return keys;
}

/* The record's key by an index, as one text, or as it is said; false where a column of it has no value. */
static bool
key_of(const RefusedKeys *keys, int index, const char *const *values, Chars *key, bool said)
{
	const char *columns = PQgetvalue(keys->indexes, index, 0);
	bool		whole = true;
	int			at;

	chars_reset(key);
	if (!said)
		chars_format(key, "%d", index);
	while (next_column(keys->target, &columns, &at))
	{
		whole = whole && at >= 0 && values[at];
		if (whole && said)
			chars_format(key, "%s%s", key->length ? "/" : "", values[at]);
		else if (whole)
			chars_format(key, "\t%zu\t%s", strlen(values[at]), values[at]);
	}
	return whole;
}

/* Where a key is, or would be. */
static Slot *
slot_of(const RefusedKeys *keys, const char *key)
{
	uint64_t	hash = 14695981039346656037u;

	for (const char *s = key; *s; s++)
		hash = (hash ^ (unsigned char) *s) * 1099511628211u;
	for (size_t at = hash & (keys->size - 1);; at = (at + 1) & (keys->size - 1))
		if (!keys->slots[at].key || strcmp(keys->slots[at].key, key) == 0)
			return &keys->slots[at];
}

long
refused_key_line(const RefusedKeys *keys, const char *const *values)
{
	Chars		key = {0};
	long		line = 0;

	for (int i = 0; keys->used > 0 && i < PQntuples(keys->indexes) && line == 0; i++)
		if (key_of(keys, i, values, &key, false) && slot_of(keys, key.data)->key)
			line = slot_of(keys, key.data)->line;
	chars_free(&key);
	return line;
}

static void
grow(RefusedKeys *keys)
{
	Slot	   *old = keys->slots;
	size_t		size = keys->size;

	keys->size = size ? size * 2 : 64;
	keys->slots = need(keys->size * sizeof *keys->slots);
	for (size_t i = 0; i < size; i++)
		if (old[i].key)
			*slot_of(keys, old[i].key) = old[i];
	free(old);
}

static void
add_key(RefusedKeys *keys, const char *key, long line)
{
	Slot	   *slot;

	if (keys->used * 2 >= keys->size)
		grow(keys);
	slot = slot_of(keys, key);
	if (slot->key)
		return;
	slot->key = need_copy(key);
	slot->line = line;
	keys->used++;
}

void
refused_key_add(RefusedKeys *keys, const char *const *values, long line)
{
	Chars		key = {0};

	for (int i = 0; i < PQntuples(keys->indexes); i++)
		if (key_of(keys, i, values, &key, false))
			add_key(keys, key.data, line);
	chars_free(&key);
}

/* ------------------------------------------------------------------ keys that were taken as well */

/* Keys of rows that were refused here, into the temporary table: each with its first value. */
static void
send_keys(const RefusedKeys *keys)
{
	Chars		sql = {0};
	int			n = 0;

	chars_reset(&sql);
	for (size_t i = 0; i < keys->size; i++)
	{
		const char *key = keys->slots[i].key, *first = key ? strchr(key, '\t') + 1 : NULL;
		char	   *literal, *value;
		size_t		length;

		if (!key)
			continue;
		length = strtoul(first, (char **) &first, 10);
		value = need_format("%.*s", (int) length, first + 1);
		literal = quoted_literal(key);
		chars_format(&sql, "%s(%s, ", n ? ", " : "INSERT INTO pg_temp.emgov_refused_key VALUES ", literal);
		free(literal);
		literal = quoted_literal(value);
		chars_format(&sql, "%s)", literal);
		free(literal);
		free(value);
		if (++n == MANY_KEYS)
		{
			PQclear(db_query(sql.data, 0));
			chars_reset(&sql);
			n = 0;
		}
	}
	if (n > 0)
		PQclear(db_query(sql.data, 0));
	chars_free(&sql);
}

RefusedKeys *
refused_keys_taken(const RefusedKeys *refused, Stage *stage)
{
	RefusedKeys *taken = need(sizeof *taken);

	taken->target = refused->target;
	taken->indexes = PQcopyResult(refused->indexes, PG_COPYRES_TUPLES);
	stage_run(stage, "CREATE TEMP TABLE emgov_refused_key (key text, first text) ON COMMIT DROP");
	send_keys(refused);
	for (int i = 0; i < PQntuples(refused->indexes); i++)
	{
		const char *columns = PQgetvalue(refused->indexes, i, 0);
		Chars		key = {0}, there = {0};
		char	   *first = NULL;
		int			at;
		bool		staged = true;
		PGresult   *result;

		chars_reset(&key);
		chars_reset(&there);
		chars_format(&key, "'%d'", i);
		while (next_column(refused->target, &columns, &at))
		{
			char	   *name;

			staged = staged && at >= 0 && stage->staged[at];
			if (!staged)
				continue;
			name = quoted(refused->target->columns[at].name);
			chars_format(&key, " || E'\\t' || octet_length(x.%1$s::text) || E'\\t' || x.%1$s::text", name);
			chars_format(&there, " AND x.%s IS NOT NULL", name);
			if (!first)
				first = need_copy(name);
			free(name);
		}
		if (staged && first)
		{
			char	   *sql, *at_once;

			stage_run_format(stage, "INSERT INTO pg_temp.emgov_refused_key SELECT %s, x.%s::text FROM pg_temp.emgov_stage AS x"
							 " WHERE EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = x.\"#n\")%s",
							 key.data, first, there.data);
			stage_run(stage, "ANALYZE pg_temp.emgov_refused_key");
			/* what went in at once is in the table; whole keys are made of those alone that begin alike */
			at_once = stage->direct ? need_format(" UNION ALL SELECT x.%1$s::text, %2$s, NULL FROM %4$s AS x WHERE true%3$s", first, key.data, there.data, refused->target->quoted) : need_copy("");
			sql = need_format("SELECT a.key, min(a.line) FROM (SELECT x.%1$s::text AS first, %2$s AS key, x.\"#line\" AS line FROM pg_temp.emgov_stage AS x"
							  " WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = x.\"#n\")%3$s%4$s) AS a"
							  " JOIN (SELECT DISTINCT k.key, k.first FROM pg_temp.emgov_refused_key AS k) AS k ON k.first = a.first AND k.key IS NOT DISTINCT FROM a.key GROUP BY a.key",
							  first, key.data, there.data, at_once);
			free(at_once);
			result = db_query(sql, 0);
			for (int row = 0; row < PQntuples(result); row++)
				add_key(taken, PQgetvalue(result, row, 0), PQgetisnull(result, row, 1) ? -1 : atol(PQgetvalue(result, row, 1)));
			PQclear(result);
			free(sql);
		}
		free(first);
		chars_free(&key);
		chars_free(&there);
	}
	return taken;
}

long
refused_key_taken(const RefusedKeys *taken, const char *const *values, Chars *said)
{
	Chars		key = {0};
	long		line = 0;

	for (int i = 0; taken->used > 0 && i < PQntuples(taken->indexes) && line == 0; i++)
		if (key_of(taken, i, values, &key, false) && slot_of(taken, key.data)->key)
		{
			line = slot_of(taken, key.data)->line;
			key_of(taken, i, values, said, true);
		}
	chars_free(&key);
	return line;
}

bool
refused_key_was_taken(const RefusedKeys *keys, const char *const *values, const char *reason, Chars *said)
{
	bool		taken = false;

	for (int i = 0; strchr(reason, '[') && !taken && i < PQntuples(keys->indexes); i++)
		if (key_of(keys, i, values, said, true))
		{
			char	   *key = need_format("[%s]", said->data);

			/* at the end of one of the reasons of a row */
			for (const char *s = strstr(reason, key); s && !taken; s = strstr(s + 1, key))
				taken = s[strlen(key)] == '\0' || starts_with(s + strlen(key), "; ") || starts_with(s + strlen(key), "；");
			free(key);
		}
	return taken;
}

void
free_refused_keys(RefusedKeys *keys)
{
	for (size_t i = 0; i < keys->size; i++)
		free(keys->slots[i].key);
	free(keys->slots);
	PQclear(keys->indexes);
	free(keys);
}
