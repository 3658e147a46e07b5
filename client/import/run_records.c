/*
 * run_records.c
 *		Rows of a sheet to records; those that are refused to the file of rejected rows.
 */
#include "run_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "refused_key.h"
#include "task.h"

typedef struct Place
{
	long long	place;
	long		line;
} Place;

/* The value of a field in its cell, or the part of it that the field takes: see two_values(). */
ValueState
read_field(Import *import, Chars *value, const Field *field, const Cell *cell, const long *from, ValueProblem *problem)
{
	size_t		width;
	const char *slash;

	if (field->part == 0 || cell->kind == CELL_EMPTY || cell->kind == CELL_ERROR || is_nothing(plain(&import->part, cell->text)))
		return read_value(value, cell, &field->value, from, problem);
	slash = two_values(cell->text, &width);
	if (!slash)
	{
		chars_reset(&problem->likely);
		chars_reset(&problem->reason);
		chars_string(&problem->reason, TEXT("it is not two values parted by a slash, as the heading is two", "表头有两项，而此格不是用斜杠分开的两个值"));
		return VALUE_BAD;
	}
	chars_reset(&import->part);
	if (field->part == 1)
		chars_add(&import->part, cell->text, (size_t) (slash - cell->text));
	else
		chars_string(&import->part, slash + width);
	return read_text_value(value, import->part.data, cell->kind == CELL_NUMBER, &field->value, from, problem);
}

static void
leave_out(Import *import, RowKind kind, long line)
{
	LeftOut    *out = &import->left_out[kind];

	if (out->count < MOST_LISTED)
		out->lines[out->count] = line;
	out->count++;
}

/* The field of a group that has the figure. */
const Field *
value_field(const Import *import, int group)
{
	const Group *g = &import->mapping->groups[group];

	for (int f = 0; f < g->count; f++)
		if (strcmp(import->target->columns[g->fields[f].target].name, "value") == 0)
			return &g->fields[f];
	return NULL;
}

static void
keep_total(Import *import, const SheetRow *row)
{
	Group	   *group = &import->mapping->groups[0];
	Total	   *total;

	if (import->total_count >= MOST_TOTALS)
		return;
	total = &import->totals[import->total_count++];
	total->line = row->line;
	total->said = need((size_t) (import->target->reported ? import->mapping->group_count : group->count) * sizeof *total->said);
	for (int i = 0; i < (import->target->reported ? import->mapping->group_count : group->count); i++)
	{
		const Field *field = import->target->reported ? value_field(import, i) : &group->fields[i];
		ValueKind	kind = field ? import->target->columns[field->target].value.kind : VALUE_TEXT;

		total->said[i] = NAN;
		if (field && field->column >= 0 && (kind == VALUE_INTEGER || kind == VALUE_NUMBER))
		{
			const Cell *cell = layout_cell(import->layout, row, field->column);
			Chars		value = {0};
			double		amount;

			if (cell->kind != CELL_EMPTY &&
				read_field(import, &value, field, cell, NULL, &import->problem) == VALUE_FINE && read_amount(value.data, &amount))
				total->said[i] = amount;
			chars_free(&value);
		}
	}
}

/* Whether a value is read after the day of the record, which says more of it. */
static bool
needs_day(const Import *import, const Field *field)
{
	return field->value.deadline || (field->value.year > 0 && field->target != import->reference_day && import->reference_day >= 0 &&
									 (field->value.kind == VALUE_DATE || field->value.kind == VALUE_MOMENT));
}

/* What was read as nothing, or out of an address: it is said at the end. */
static void
note_value(Import *import, const Field *field, const Cell *cell, ValueState state)
{
	if (import->again)
		return;
	if (field->value.address && cell->kind != CELL_EMPTY)
		import->area_by_address[state == VALUE_FINE]++;
	if (state != VALUE_NOTHING || cell->kind != CELL_TEXT || (field->value.kind != VALUE_INTEGER && field->value.kind != VALUE_NUMBER) || !is_not_yet(plain(&import->part, cell->text)))
		return;
	if (import->unknown++ == 0)
	{
		import->unknown_word = need_copy(import->part.data);
		import->unknown_heading = field->heading;
	}
}

/*
 * One record of a row: its values; VALUE_BAD with import->problem and *column of the first that is wrong, and with what can be read;
 * VALUE_NOTHING where a count is empty.
 */
static ValueState
read_record(Import *import, const Group *group, const SheetRow *row, const char **column)
{
	Target	   *target = import->target;
	long		day = 0;
	const long *from = NULL;
	bool		wrong = false;
	const EndedArea *ended;
	int			area;

	memset(import->pointers, 0, (size_t) target->count * sizeof *import->pointers);
	for (int pass = 0; pass < 2; pass++)
	{
		for (int f = 0; f < group->count; f++)
		{
			const Field *field = &group->fields[f];
			Chars	   *value = &import->values[field->target];
			ValueProblem *problem = wrong ? &import->further : &import->problem;
			ValueState	state;

			if (needs_day(import, field) != (pass == 1))
				continue;
			if (field->column < 0)
				state = read_text_value(value, field->constant, false, &field->value, from, problem);
			else
			{
				const Cell *cell = layout_cell(import->layout, row, field->column);

				state = read_field(import, value, field, cell, from, problem);
				note_value(import, field, cell, state);
			}
			if (state == VALUE_BAD && !wrong)
				*column = field->heading;
			wrong = wrong || state == VALUE_BAD;
			if (state == VALUE_FINE)
				import->pointers[field->target] = value->data;
			else if (!wrong && target->reported && strcmp(target->columns[field->target].name, "value") == 0)
				return VALUE_NOTHING;
		}
		if (pass == 0 && import->reference_day >= 0 && import->pointers[import->reference_day])
		{
			const char *s = import->pointers[import->reference_day];

			if (day_number(atoi(s), atoi(s + 5), atoi(s + 8), &day))
				from = &day;
		}
	}
	if (target->reported)
	{
		int			period = target_column(target, "period"), starts = target_column(target, "starts_on"), ends = target_column(target, "ends_on");

		if (import->pointers[period])
		{
			if (!read_period(import->pointers[period], 0, &import->values[starts], &import->values[ends]))
			{
				if (wrong)
					return VALUE_BAD;
				chars_reset(&import->problem.reason);
				chars_reset(&import->problem.likely);
				chars_format(&import->problem.reason, TEXT("\"%s\" is no period", "“%s”不是时期"), import->pointers[period]);
				*column = TEXT("period", "统计期");
				return VALUE_BAD;
			}
			import->pointers[starts] = import->values[starts].data;
			import->pointers[ends] = import->values[ends].data;
			import->pointers[period] = NULL;
		}
	}
	if (!wrong && (ended = ended_area(target, import->pointers, &area)) != NULL)
	{
		chars_reset(&import->problem.reason);
		chars_reset(&import->problem.likely);
		chars_format(&import->problem.reason, TEXT("area \"%s\" was there until %s", "区域“%s”已于%s撤销"), ended->name, ended->last);
		if (ended->successor[0])
			chars_format(&import->problem.reason, TEXT("; it became \"%s\"", "，由“%s”接替"), ended->successor);
		*column = target->columns[area].name;
		for (int f = 0; f < group->count; f++)
			if (group->fields[f].target == area)
				*column = group->fields[f].heading;
		return VALUE_BAD;
	}
	return wrong ? VALUE_BAD : VALUE_FINE;
}

/*
 * Reads on to the next record: false at the end. Numbers ascend; a row has as many as the mapping has groups, taken or not.
 */
typedef struct Cursor
{
	SheetRow	row;
	long long	rows;
	int			group;			/* that comes next */
	long long	number;
} Cursor;

static bool
next_record(Import *import, Cursor *cursor, bool first_pass, const Group **group)
{
	while (cursor->rows == 0 || cursor->group >= import->mapping->group_count)
	{
		RowKind		kind;

		if (!layout_next(import->layout, &cursor->row, &kind))
			return false;
		if (kind == ROW_HIDDEN && import->take_hidden)
			kind = ROW_DATA;
		if (kind != ROW_DATA)
		{
			if (first_pass)
			{
				leave_out(import, kind, cursor->row.line);
				if (kind == ROW_TOTAL)
					keep_total(import, &cursor->row);
			}
			continue;
		}
		cursor->rows++;
		cursor->group = 0;
		if (first_pass && import->places)
		{
			Place		place = {import->reader->place, cursor->row.line};

			fwrite(&place, sizeof place, 1, import->places);
		}
		if (first_pass && cursor->rows % 512 == 0)
		{
			progress_at((uint64_t) import->reader->done, (uint64_t) cursor->rows);
			task_stop_if_asked();
		}
	}
	*group = &import->mapping->groups[cursor->group++];
	cursor->number = (cursor->rows - 1) * import->mapping->group_count + cursor->group;
	return true;
}

/* Of a file of rejected rows: whether the reason says that the key of this record stands on another row, and it still has it; import->said is the key. */
static bool
was_taken(Import *import, const SheetRow *row)
{
	return import->layout->reason >= 0 &&
		refused_key_was_taken(import->refused_keys, import->pointers, layout_cell(import->layout, row, import->layout->reason)->text, &import->said);
}

void
send_records(Import *import, Stage *stage, RefusalSpool *spool)
{
	Cursor		cursor = {0};
	const Group *group;
	RefusedKeys *refused = import->refused_keys = refused_keys_of(import->target);

	progress_begin(import->name, (uint64_t) import->reader->bytes);
	layout_begin(import->layout);
	while (next_record(import, &cursor, true, &group))
	{
		const char *column = "";
		ValueState	state;
		long		line;

		if (cursor.row.broken)
		{
			import->read++;
			import->refused_here++;
			spool_add(spool, cursor.number, "", TEXT("the line cannot be read: a quote that never ends, a NUL, it is far too long, or the value of a formula is not"
								" known", "此行无法读取：引号不成对、含有空字符、过长，或公式的值无法得知"), "");
			continue;
		}
		state = read_record(import, group, &cursor.row, &column);
		if (state == VALUE_NOTHING)
			continue;
		import->read++;
		if (state == VALUE_BAD)
		{
			import->refused_here++;
			if (was_taken(import, &cursor.row))
				chars_format(&import->problem.reason, TEXT("; another row of the first file has the same key [%s]", "；原文件中另有一行编号相同 [%s]"), import->said.data);
			spool_add(spool, cursor.number, column, import->problem.reason.data, import->problem.likely.data ? import->problem.likely.data : "");
			refused_key_add(refused, import->pointers, cursor.row.line);
		}
		else if ((line = refused_key_line(refused, import->pointers)) > 0)
		{
			char	   *reason = need_format(TEXT("the same key stands on line %ld already, which is refused: one of the two is wrong",
											 "第%ld行已有同一编号或主键，该行被退回：两行中有一行编号有误"), line);

			import->refused_here++;
			spool_add(spool, cursor.number, "", reason, "");
			free(reason);
		}
		else if (was_taken(import, &cursor.row))
		{
			char	   *reason = need_format(TEXT("another row of the first file has the same key: correct the one that is wrong; where this row shall correct that one, empty its #reason [%s]",
												  "原文件中另有一行编号相同：请更正有误的一行；如应以本行为准，请清空本行 #原因 一栏 [%s]"), import->said.data);

			import->refused_here++;
			spool_add(spool, cursor.number, "", reason, "");
			free(reason);
		}
		else
		{
			stage_add(stage, cursor.number, cursor.row.line, import->pointers);
			if (import->sums)
				import->sums[cursor.group - 1] += strtod(import->pointers[target_column(import->target, "value")], NULL);
		}
	}
	import->rows = cursor.rows;
	progress_end();
}

/* A record by its number, which ascends from call to call: at its place, or by reading on. */
static bool
find_record(Import *import, Cursor *cursor, long long number, const Group **group)
{
	int			groups = import->mapping->group_count;
	long long	row = (number - 1) / groups + 1;
	Place		place;
	RowKind		kind;

	if (import->places && import->reader->seek)
	{
		*group = &import->mapping->groups[(number - 1) % groups];
		if (cursor->rows == row)
			return true;
		cursor->rows = row;
		if (fseeko(import->places, (off_t) ((row - 1) * (long long) sizeof place), SEEK_SET) != 0 || fread(&place, sizeof place, 1, import->places) != 1)
			return false;
		import->reader->seek(import->reader, place.place, place.line);
		return layout_next(import->layout, &cursor->row, &kind);
	}
	while (cursor->number < number)
		if (!next_record(import, cursor, false, group))
			return false;
	return cursor->number == number;
}

/* Days that a workbook keeps as numbers, and those without a year, as days: texts[] by column of the layout, in `days`. */
static void
days_of_row(Import *import, const Group *group, const SheetRow *row, const char **texts, Chars *days)
{
	long		day;
	const long *from = NULL;

	memset(texts, 0, (size_t) import->layout->count * sizeof *texts);
	for (int pass = 0; pass < 2; pass++)
		for (int f = 0; f < group->count; f++)
		{
			const Field *field = &group->fields[f];
			const Cell *cell = field->column < 0 || field->part != 0 ? NULL : layout_cell(import->layout, row, field->column);
			ValueType	type = {.kind = VALUE_DATE, .date1904 = field->value.date1904, .year = field->value.year};
			bool		number;

			if (!cell || needs_day(import, field) != (pass == 1) || (field->value.kind != VALUE_DATE && field->value.kind != VALUE_MOMENT))
				continue;
			number = cell->kind == CELL_NUMBER && strlen(cell->text) >= 5 && cell->text[0] != '-' && strspn(cell->text, "0123456789") == 5;
			type.kind = number ? field->value.kind : VALUE_DATE;
			if ((number || (cell->kind == CELL_TEXT && lacks_year(plain(&import->part, cell->text)))) &&
				read_text_value(&days[field->column], cell->text, number, &type, from, &import->problem) == VALUE_FINE)
				texts[field->column] = days[field->column].data;
			if (field->target == import->reference_day && read_field(import, &import->values[field->target], field, cell, NULL, &import->problem) == VALUE_FINE)
			{
				const char *s = import->values[field->target].data;

				if (day_number(atoi(s), atoi(s + 5), atoi(s + 8), &day))
					from = &day;
			}
		}
}

/* The reason of a row whose key stands on a row that was taken: with that, in `text`. */
static void
add_taken(Import *import, const RefusedKeys *taken, const Group *group, const SheetRow *row, Refusal *refusal, Chars *text)
{
	const char *column;
	long		line;

	if (row->broken)
		return;
	read_record(import, group, row, &column);
	line = refused_key_taken(taken, import->pointers, &import->said);
	if (line == 0)
		return;
	chars_reset(text);
	chars_string(text, refusal->reason);
	if (strstr(refusal->reason, TEXT("the same key stands", "同一编号或主键")))
		chars_format(text, " [%s]", import->said.data);
	else if (line > 0)
		chars_format(text, TEXT("; the same key stands on line %ld as well [%s]", "；第%ld行也是同一编号或主键 [%s]"), line, import->said.data);
	else
		chars_format(text, TEXT("; the same key stands on another line as well [%s]", "；另有一行也是同一编号或主键 [%s]"), import->said.data);
	refusal->reason = text->data;
}

/* A text more of those that a row is refused for, unless it is among them. */
static void
add_once(Chars *list, const char *text, const char *between)
{
	size_t		length = strlen(text), between_length = strlen(between);

	if (!*text)
		return;
	if (list->length == 0)
	{
		chars_string(list, text);
		return;
	}
	for (const char *s = list->data; s; s = strstr(s, between) ? strstr(s, between) + between_length : NULL)
		if (starts_with(s, text) && (s[length] == '\0' || starts_with(s + length, between)))
			return;
	chars_string(list, between);
	chars_string(list, text);
}

/*
 * The second pass: refusals of both sides in the order of the file, each row once, whatever it is refused for. false where a row
 * cannot be found again.
 */
bool
write_rejects(Import *import, Stage *stage, RefusalSpool *spool, RejectFile *file)
{
	Cursor		cursor = {0};
	const Group *group;
	Refusal		here, there;
	bool		any_here, any_there, fine = true;
	const char **texts = need((size_t) import->layout->count * sizeof *texts);
	Chars	   *days = need((size_t) import->layout->count * sizeof *days), reason = {0}, why[3] = {{0}};
	int			groups = import->mapping->group_count;
	RefusedKeys *taken = refused_keys_taken(import->refused_keys, stage);

	import->again = true;
	spool_rewind(spool);
	any_here = spool_next(spool, &here);
	stage_ask_refused(stage);
	any_there = stage_next_refused(stage, &there.number, &there.column, &there.reason, &there.likely);
	layout_begin(import->layout);
	for (int i = 0; i < 3; i++)
		chars_reset(&why[i]);
	while (any_here || any_there)
	{
		bool		from_here = any_here && (!any_there || here.number < there.number);
		Refusal    *refusal = from_here ? &here : &there;
		long long	row = (refusal->number - 1) / groups;

		fine = fine && find_record(import, &cursor, from_here ? here.number : there.number, &group);
		if (fine)
		{
			char	   *columns = from_here ? NULL : headings_from(import, there.column), *words = from_here ? NULL : reason_in_words(import, there.reason);

			if (!from_here)
			{
				there.column = columns;
				there.reason = words;
			}
			days_of_row(import, group, &cursor.row, texts, days);
			reasons_add(&import->reasons, refusal, cursor.row.line);
			add_taken(import, taken, group, &cursor.row, refusal, &reason);
			add_once(&why[0], refusal->column, TEXT(", ", "、"));
			add_once(&why[1], refusal->reason, TEXT("; ", "；"));
			add_once(&why[2], refusal->likely, TEXT(", ", "、"));
			free(columns);
			free(words);
		}
		if (from_here)
			any_here = spool_next(spool, &here);
		else
			any_there = stage_next_refused(stage, &there.number, &there.column, &there.reason, &there.likely);
		if ((any_here && (here.number - 1) / groups == row) || (any_there && (there.number - 1) / groups == row))
			continue;
		if (fine)
			reject_row(file, import->layout, &cursor.row, &(Refusal) {.column = why[0].data, .reason = why[1].data, .likely = why[2].data}, cursor.row.line, texts);
		for (int i = 0; i < 3; i++)
			chars_reset(&why[i]);
	}
	for (int c = 0; c < import->layout->count; c++)
		chars_free(&days[c]);
	free(days);
	free(texts);
	for (int i = 0; i < 3; i++)
		chars_free(&why[i]);
	chars_free(&reason);
	free_refused_keys(taken);
	return fine;
}
