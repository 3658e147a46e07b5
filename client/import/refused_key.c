/*
 * refused_key.c
 *		Keys of rows that were refused here.
 */
#include "refused_key.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "task.h"

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

/* The record's key by an index, as one text; false where a column of it has no value. */
static bool
key_of(const RefusedKeys *keys, int index, const char *const *values, Chars *key)
{
	const char *columns = PQgetvalue(keys->indexes, index, 0);
	bool		whole = true;
	int			at;

	chars_reset(key);
	chars_format(key, "%d", index);
	while (next_column(keys->target, &columns, &at))
	{
		whole = whole && at >= 0 && values[at];
		if (whole)
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
		if (key_of(keys, i, values, &key) && slot_of(keys, key.data)->key)
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

void
refused_key_add(RefusedKeys *keys, const char *const *values, long line)
{
	Chars		key = {0};

	for (int i = 0; i < PQntuples(keys->indexes); i++)
	{
		Slot	   *slot;

		if (!key_of(keys, i, values, &key))
			continue;
		if (keys->used * 2 >= keys->size)
			grow(keys);
		slot = slot_of(keys, key.data);
		if (slot->key)
			continue;
		slot->key = need_copy(key.data);
		slot->line = line;
		keys->used++;
	}
	chars_free(&key);
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
