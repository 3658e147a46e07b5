/*
 * stage_rows.c
 *		Records as rows of the table.
 */
#include "stage_work.h"

#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "task.h"

const char *
stage_taken_for(Stage *stage, int i)
{
	const char *other = stage->staged[i] ? NULL : assumed_day(stage->target, stage->target->columns[i].name);

	return other && stage_has(stage, other) ? other : NULL;
}

void
stage_make_rows(Stage *stage)
{
	const Target *target = stage->target;

	for (int given = 0; given < 2; given++)
	{
		Chars	   *rows = &stage->rows[given], from = {0};

		chars_reset(rows);
		chars_reset(&from);
		chars_string(rows, "SELECT s.\"#n\", s.\"#line\"");
		chars_string(&from, " FROM pg_temp.emgov_stage AS s");
		for (int i = 0; i < target->count; i++)
		{
			const TargetColumn *column = &target->columns[i];
			char	   *name = quoted(column->name);
			bool		has_default = column->default_expression && !strstr(column->default_expression, "nextval(");

			if (column->role == COLUMN_MADE)
			{
				if (stage->staged[i])
					chars_format(rows, ", s.%s", name);
			}
			else if (column->role == COLUMN_SUBJECT && !stage->staged[i] && strcmp(column->name, "subject_id") == 0 && stage->parties)
			{
				chars_format(rows, ", coalesce(%s%s%s) AS %s", stage->has_uscc ? "pu.subject_id" : "", stage->has_uscc && stage->has_name ? ", " : "",
							stage->has_name ? "pn.subject_id" : "", name);
				if (stage->has_uscc)
					chars_string(&from, " LEFT JOIN pg_temp.emgov_party AS pu ON pu.uscc = s.\"@uscc\"");
				if (stage->has_name)
					chars_format(&from, " LEFT JOIN pg_temp.emgov_party AS pn ON pn.uscc IS NULL AND pn.name = s.\"@name\"%s", stage->has_uscc ? " AND s.\"@uscc\" IS NULL" : "");
				stage->inserted[i] = true;
			}
			else if (column->role == COLUMN_NUMBER && stage->staged[i])
			{
				/* by its number, or by its key where the table has no such number */
				chars_format(rows, ", r%d.id AS %s", i, name);
				chars_format(&from, " LEFT JOIN (SELECT x.id, x.number FROM ONLY %s AS x WHERE x.status = 'valid') AS r%d ON r%d.number = s.%s", column->reference, i, i, name);
				stage->inserted[i] = true;
			}
			else if (stage->staged[i])
			{
				char	   *value = column_needs_cast(column) ? need_format("s.%s::%s", name, column->type)
					: need_format("s.%s", name);

				if (strcmp(target->table, "subject") == 0 && target->in_ledger && strcmp(column->name, "uscc") == 0)
				{
					free(value);
					value = need_format("regexp_replace(emgov.identifier(s.%s), '[[:space:]-]', '', 'g')", name);
				}
				if (has_default && !given)
					chars_format(rows, ", coalesce(%s, %s) AS %s", value, column->default_expression, name);
				else
					chars_format(rows, ", %s AS %s", value, name);
				free(value);
				stage->inserted[i] = true;
			}
			else if (strcmp(target->table, "subject") == 0 && target->in_ledger && strcmp(column->name, "kind") == 0)
			{
				bool		uscc = stage_has(stage, "uscc"), identifier = stage_has(stage, "identifier");

				chars_format(rows, ", CASE WHEN coalesce(%s%s%s) IS NOT NULL THEN 'enterprise' ELSE 'unit' END AS kind", uscc ? "s.uscc" : "NULL::text", identifier ? ", s.identifier" : "", "");
				stage->inserted[i] = true;
			}
			else if (is_day_of_accident(stage->target, column->name) && stage_has(stage, "accident_id"))
			{
				/* nobody says when: on the day of the accident */
				chars_format(rows, ", (SELECT x.occurred_on FROM ONLY @ledger@.accident AS x WHERE x.id = r%d.id) AS %s", target_column(target, "accident_id"), name);
				stage->inserted[i] = true;
			}
			else if (stage_taken_for(stage, i))
			{
				/* of new records alone: what is there already keeps its own day */
				if (given)
					chars_format(rows, ", NULL::date AS %s", name);
				else if (stage_has(stage, "procedure"))
					chars_format(rows, ", CASE WHEN s.procedure = 'simple' THEN NULL::date ELSE s.%s END AS %s", stage_taken_for(stage, i), name);
				else
					chars_format(rows, ", s.%s AS %s", stage_taken_for(stage, i), name);
				stage->inserted[i] = true;
			}
			else if (has_default && !given)
				chars_format(rows, ", (%s) AS %s", column->default_expression, name);
			else
				chars_format(rows, ", NULL::%s AS %s", column->type, name);
			free(name);
		}
		chars_string(rows, from.data);
		chars_free(&from);
	}
}

void
stage_add_columns(Stage *stage, Chars *sql, const char *prefix)
{
	bool		first = true;

	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i])
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(sql, "%s%s%s", first ? "" : ", ", prefix, name);
			first = false;
			free(name);
		}
}
