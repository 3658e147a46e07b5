/*
 * run.c
 *		The import of one file.
 *
 * Two passes: the first reads the rows, converts what can be read here, and sends it; the second, where rows were
 * refused, writes them as they were. All on the server is one transaction.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"
#include "heading.h"
#include "progress.h"
#include "refused_key.h"
#include "reject.h"
#include "say.h"
#include "stage.h"
#include "task.h"

#define SAMPLES 30
#define MOST_LISTED 12
#define MOST_TOTALS 10
#define MOST_NAMED 20

typedef struct LeftOut
{
	long		count;
	long		lines[MOST_LISTED];
} LeftOut;

typedef struct Total
{
	long		line;
	double	   *said;			/* by field of the first group, of reported figures by group; NAN: nothing */
} Total;

typedef struct Import
{
	const char *path;
	const char *name;			/* of the file, without folders */
	Target	   *target;
	const ImportOptions *options;
	SheetReader *reader;
	Layout	   *layout;
	Mapping    *mapping;
	bool		take_hidden;
	LeftOut		left_out[ROW_KINDS];
	Total		totals[MOST_TOTALS];
	int			total_count;
	double	   *sums;			/* of reported figures, by group */
	long long	rows;			/* of data; most give one record, of reported figures as many as there are cells */
	long long	read;
	long long	refused_here;
	int			reference_day;	/* column of the target that deadlines count from, or -1 */
	Chars	   *values;			/* by column of the target */
	const char **pointers;
	ValueProblem problem;
	ValueProblem further;		/* of what else is wrong in the same row: not said */
	Chars		part;
	FILE	   *places;			/* where each row is, so that those that are refused are found again */
} Import;

typedef struct Place
{
	long long	place;
	long		line;
} Place;

/* ------------------------------------------------------------------ what is known */

static bool
is_known_heading(void *context, const char *heading)
{
	Target	   *target = context;
	Chars		key = {0};
	bool		found = false;

	heading_key(&key, heading);
	for (int i = 0; i < target->count && !found; i++)
		for (int k = 0; k < target->columns[i].key_count && !found; k++)
			found = strcmp(target->columns[i].keys[k], key.data) == 0;
	if (!found && target->reported)
		found = find_term(&target->columns[target_column(target, "indicator")].value, key.data) != NULL;
	for (int i = 0; i < target->silent_count && !found; i++)
		found = strcmp(target->silent[i], key.data) == 0;
	for (int i = 0; i < target->personal_count && !found; i++)
		found = strcmp(target->personal[i], key.data) == 0;
	chars_free(&key);
	return found;
}

/* The value of a field in its cell, or the part of it that the field takes: see two_values(). */
static ValueState
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

/* ------------------------------------------------------------------ samples and headings */

static char ***
read_samples(Import *import)
{
	Layout	   *layout = import->layout;
	char	 ***samples = need((size_t) layout->count * sizeof *samples);
	SheetRow	row;
	RowKind		kind;
	int			n = 0;

	for (int c = 0; c < layout->count; c++)
		samples[c] = need((SAMPLES + 1) * sizeof **samples);
	layout_begin(layout);
	while (n < SAMPLES && layout_next(layout, &row, &kind))
	{
		if (kind != ROW_DATA)
			continue;
		for (int c = 0; c < layout->count; c++)
		{
			int			at = 0;
			const Cell *cell = layout_cell(layout, &row, c);

			if (cell->kind == CELL_EMPTY || strlen(cell->text) > 200)
				continue;
			while (samples[c][at])
				at++;
			samples[c][at] = need_copy(cell->text);
		}
		n++;
	}
	return samples;
}

static void
free_samples(char ***samples, int count)
{
	for (int c = 0; c < count; c++)
	{
		for (int i = 0; samples[c][i]; i++)
			free(samples[c][i]);
		free(samples[c]);
	}
	free(samples);
}

static char *
read_file(const char *path)
{
	FILE	   *file = fopen(path, "re");
	Chars		text = {0};
	char		block[4096];
	size_t		got;

	if (!file)
		return NULL;
	chars_reset(&text);
	while ((got = fread(block, 1, sizeof block, file)) > 0 && text.length < 10 * 1024 * 1024)
		chars_add(&text, block, got);
	fclose(file);
	return text.data;
}

/* What --set gives for the member of reported figures: by the name of the column, or of the dimension. NULL: another column. */
static const char *
member_set(const Import *import, const char *assignment)
{
	const char *names[] = {"member", import->options->reported.dimension, strcmp(import->options->reported.dimension, "area") == 0 ? "area_code" : NULL};

	for (int i = 0; i < 3; i++)
		if (names[i] && starts_with(assignment, names[i]) && assignment[strlen(names[i])] == '=')
			return assignment + strlen(names[i]) + 1;
	return NULL;
}

static bool
remembers(const Target *target)
{
	static int	there = -1;

	if (there < 0)
	{
		char	   *found = db_extension() && db_has_ledger() ? db_value("SELECT has_table_privilege(c.oid, 'SELECT')::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
																		  " WHERE n.nspname = @name@ AND c.relname = 'import_heading'", 0) : NULL;

		there = found && strcmp(found, "true") == 0;
		free(found);
	}
	return there && !target->reported;
}

/* How the file's columns go into the table's: by a mapping file, as remembered, or by their names. NULL after saying why not. */
static Mapping *
find_mapping(Import *import, int *code)
{
	const ImportOptions *options = import->options;
	Target	   *target = import->target;
	Mapping    *mapping = NULL;
	char	   *problem = NULL, *source = NULL;
	PGresult   *remembered = NULL;
	char	 ***samples = read_samples(import);

	*code = EXIT_FAILED;
	if (options->mapping && access(options->mapping, F_OK) == 0)
	{
		source = read_file(options->mapping);
		mapping = source ? read_mapping(source, import->layout, target, &problem) : NULL;
		if (!mapping)
			say_error("%s: %s", options->mapping, problem ? problem : strerror(errno));
	}
	else if (target->reported)
	{
		ReportedOptions reported = options->reported;

		/* --set area=… or member=…: of a sheet that is of one */
		for (int i = 0; i < options->set.count; i++)
			if (member_set(import, options->set.item[i]))
				reported.member = member_set(import, options->set.item[i]);
		mapping = map_reported(import->layout, target, &reported, samples, &problem);
		if (!mapping)
			say_error("%s: %s", import->name, problem);
	}
	else
	{
		char	   *headings = headings_of(import->layout);

		if (remembers(target) && !options->mapping)
			remembered = db_query("SELECT h.mapping, h.remembered_by, coalesce(h.file, ''), h.remembered_by = session_user FROM ONLY @ledger@.import_heading AS h"
								  " WHERE h.table_name = $1 AND h.fingerprint = md5($2) AND h.status = 'valid'", 2, target->in_ledger ? target->table : target->quoted, headings);
		free(headings);
		if (remembered && PQntuples(remembered) > 0)
		{
			mapping = read_mapping(PQgetvalue(remembered, 0, 0), import->layout, target, &problem);
			free(problem);
			problem = NULL;
			if (mapping && !parts_are_there(mapping, samples))
			{
				say(TEXT("%s: headings do not go where %s had them go: it takes two values of each cell where this sheet has one",
						 "%s：未沿用 %s 导入时的表头对照：该对照按每格两个值读取，而本表每格只有一个值"),
					import->name, PQgetvalue(remembered, 0, 1));
				free_mapping(mapping);
				mapping = NULL;
			}
			if (mapping)
			{
				chars_reset(&mapping->left_out);	/* it was said when they were seen first */
				/* others may write there: what they would put into every row, and whose names, is not theirs to say */
				mapping_without(mapping, import->layout, target, PQgetvalue(remembered, 0, 3)[0] != 't', !options->personal);
				say(TEXT("%s: headings go where %s had them go (%s)", "%s：表头对照沿用 %s 导入时的对照（%s）"), import->name, PQgetvalue(remembered, 0, 1), PQgetvalue(remembered, 0, 2));
			}
		}
		PQclear(remembered);
		if (!mapping)
			mapping = guess_mapping(import->layout, target, samples, options->personal);
		if (options->mapping)
		{
			FILE	   *file = fopen(options->mapping, "wxe");

			if (!file)
				say_error("%s: %s", options->mapping, strerror(errno));
			else
			{
				fprintf(file, "# %s → %s\n# %s\n%s", import->name, target->quoted,
						TEXT("heading, tab, column (\"-\": left out), tab, options (format=MDY, unit=万元, map=word:value;…); \"=value\" in place of a heading: for every row",
							 "表头、制表符、列名（“-”不导入）、制表符、选项（format=MDY、unit=万元、map=词:值;…）；表头处写“=值”的，每行都用该值"), mapping->text);
				find_missing(mapping, target);
				for (char *rest = need_copy(mapping->missing.data), *name; (name = strsep(&rest, ", ")) != NULL;)
					if (*name)
						fprintf(file, "#=%s\t%s\n", "…", name);
				if (fclose(file) != 0)
					say_error("%s: %s", options->mapping, strerror(errno));
				else
				{
					say(TEXT("%s is written: look through it, and run the command again", "已写出 %s：请核对后再次运行"), options->mapping);
					*code = EXIT_FINE;
				}
			}
			free_mapping(mapping);
			mapping = NULL;
		}
	}
	for (int i = 0; mapping && i < options->set.count; i++)
		if (!(target->reported && member_set(import, options->set.item[i])) && !set_constant(mapping, target, options->set.item[i], &problem))
		{
			say_error("%s", problem);
			*code = EXIT_USAGE;
			free_mapping(mapping);
			mapping = NULL;
		}
	free(problem);
	free(source);
	free_samples(samples, import->layout->count);
	return mapping;
}

/* A line a heading: its column of the sheet, the path, its unit, what it goes into. */
static void
print_headings(const Import *import)
{
	const Layout *layout = import->layout;

	for (int c = 0; c < layout->count; c++)
	{
		Chars		into = {0};

		chars_reset(&into);
		for (int g = 0; import->mapping && g < import->mapping->group_count; g++)
			for (int f = 0; f < import->mapping->groups[g].count; f++)
			{
				const Field *field = &import->mapping->groups[g].fields[f];
				const char *name = import->target->columns[field->target].name;

				if (field->column != c)
					continue;
				/* of reported figures, which one */
				if (import->target->reported && strcmp(name, "value") == 0)
				{
					for (int i = 0; i < import->mapping->groups[g].count; i++)
					{
						const Field *other = &import->mapping->groups[g].fields[i];
						const char *what = import->target->columns[other->target].name;

						if (other->constant && (strcmp(what, "indicator") == 0 || strcmp(what, "starts_on") == 0))
							chars_format(&into, "%s%s", into.length ? " " : "", other->constant);
					}
				}
				else if (!strstr(into.data, name))
					chars_format(&into, "%s%s", into.length ? " " : "", name);
				if (field->part)
					chars_format(&into, " part=%d", field->part);
			}
		put("%s\t%s\t%s\t%s\n", column_letters(layout->first + c), layout->path[c], layout->unit[c], into.length ? into.data : "-");
		chars_free(&into);
	}
}

/* ------------------------------------------------------------------ rows to records */

static void
leave_out(Import *import, RowKind kind, long line)
{
	LeftOut    *out = &import->left_out[kind];

	if (out->count < MOST_LISTED)
		out->lines[out->count] = line;
	out->count++;
}

/* The field of a group that has the figure. */
static const Field *
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

	memset(import->pointers, 0, (size_t) target->count * sizeof *import->pointers);
	for (int pass = 0; pass < 2; pass++)
	{
		for (int f = 0; f < group->count; f++)
		{
			const Field *field = &group->fields[f];
			Chars	   *value = &import->values[field->target];
			ValueProblem *problem = wrong ? &import->further : &import->problem;
			ValueState	state;

			if (field->value.deadline != (pass == 1))
				continue;
			if (field->column < 0)
				state = read_text_value(value, field->constant, false, &field->value, from, problem);
			else
				state = read_field(import, value, field, layout_cell(import->layout, row, field->column), from, problem);
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
				*column = "period";
				return VALUE_BAD;
			}
			import->pointers[starts] = import->values[starts].data;
			import->pointers[ends] = import->values[ends].data;
			import->pointers[period] = NULL;
		}
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

static void
send_records(Import *import, Stage *stage, RefusalSpool *spool)
{
	Cursor		cursor = {0};
	const Group *group;
	RefusedKeys *refused = refused_keys_of(import->target);

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
			spool_add(spool, cursor.number, column, import->problem.reason.data, import->problem.likely.data ? import->problem.likely.data : "");
			refused_key_add(refused, import->pointers, cursor.row.line);
		}
		else if ((line = refused_key_line(refused, import->pointers)) > 0)
		{
			char	   *reason = need_format(TEXT("the same key stands on line %ld already, which is refused: one of the two is wrong", "第%ld行已有同一编号或主键，该行被退回：两行中有一行编号有误"), line);

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
	free_refused_keys(refused);
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

/* Days that a workbook keeps as numbers, as they are written: texts[] by column of the layout, in `days`. */
static void
days_of_row(Import *import, const Group *group, const SheetRow *row, const char **texts, Chars *days)
{
	memset(texts, 0, (size_t) import->layout->count * sizeof *texts);
	for (int f = 0; f < group->count; f++)
	{
		const Field *field = &group->fields[f];
		const Cell *cell = field->column < 0 || field->part != 0 ? NULL : layout_cell(import->layout, row, field->column);
		ValueType	type = {.kind = field->value.kind, .date1904 = field->value.date1904};

		if (cell && cell->kind == CELL_NUMBER && strlen(cell->text) >= 5 && cell->text[0] != '-' && strspn(cell->text, "0123456789") == 5 &&
			(type.kind == VALUE_DATE || type.kind == VALUE_MOMENT) && read_text_value(&days[field->column], cell->text, true, &type, NULL, &import->problem) == VALUE_FINE)
			texts[field->column] = days[field->column].data;
	}
}

/* The second pass: refusals of both sides in the order of the file. false where a row cannot be found again. */
static bool
write_rejects(Import *import, Stage *stage, RefusalSpool *spool, RejectFile *file)
{
	Cursor		cursor = {0};
	const Group *group;
	Refusal		here, there;
	bool		any_here, any_there, fine = true;
	const char **texts = need((size_t) import->layout->count * sizeof *texts);
	Chars	   *days = need((size_t) import->layout->count * sizeof *days);

	spool_rewind(spool);
	any_here = spool_next(spool, &here);
	stage_ask_refused(stage);
	any_there = stage_next_refused(stage, &there.number, &there.column, &there.reason, &there.likely);
	layout_begin(import->layout);
	while (any_here || any_there)
	{
		bool		from_here = any_here && (!any_there || here.number < there.number);

		fine = fine && find_record(import, &cursor, from_here ? here.number : there.number, &group);
		if (!from_here && fine)
			/* the column by the heading that it came from */
			for (int f = 0; f < group->count; f++)
				if (strcmp(import->target->columns[group->fields[f].target].name, there.column) == 0)
					there.column = group->fields[f].heading;
		if (fine)
		{
			days_of_row(import, group, &cursor.row, texts, days);
			reject_row(file, import->layout, &cursor.row, from_here ? &here : &there, cursor.row.line, texts);
		}
		if (from_here)
			any_here = spool_next(spool, &here);
		else
			any_there = stage_next_refused(stage, &there.number, &there.column, &there.reason, &there.likely);
	}
	for (int c = 0; c < import->layout->count; c++)
		chars_free(&days[c]);
	free(days);
	free(texts);
	return fine;
}

/* ------------------------------------------------------------------ what is said */

static void
say_left_out(Import *import)
{
	for (int kind = ROW_DATA + 1; kind < ROW_KINDS; kind++)
	{
		LeftOut    *out = &import->left_out[kind];
		Chars		list = {0};

		if (out->count == 0)
			continue;
		chars_reset(&list);
		for (long i = 0; i < out->count && i < MOST_LISTED; i++)
			chars_format(&list, "%s%ld", i ? TEXT(", ", "、") : "", out->lines[i]);
		if (out->count > MOST_LISTED)
			chars_format(&list, TEXT(" and %ld more", "等共%ld行"), out->count > MOST_LISTED && !words_chinese ? out->count - MOST_LISTED : out->count);
		say(TEXT("%s: left out: %s (row %s)", "%s：未导入：%s（第%s行）"), import->name, row_kind_name((RowKind) kind), list.data);
		chars_free(&list);
	}
	if (import->layout->helpers_from >= 0)
		say(TEXT("%s: left out: lists beside the table, from column %s", "%s：未导入：表旁的辅助列表，自%s列起"), import->name, column_letters(import->layout->helpers_from));
}

static void
say_total(Import *import, const Total *total, const char *heading, double said, const char *sum)
{
	if (fabs(strtod(sum, NULL) - said) <= fabs(said) * 1e-9 + 1e-9)
		say(TEXT("%s: the total of %s on row %ld is what went in: %s", "%s：%s 的合计（第%ld行）与导入数一致：%s"), import->name, heading, total->line, sum);
	else
		say_warning(TEXT("%s: the total of %s on row %ld is %.15g, and %s went in", "%s：%s 的合计（第%ld行）为 %.15g，导入的是 %s"), import->name, heading, total->line, said, sum);
}

/* The sheet's own totals against what went in. */
static void
compare_totals(Import *import, Stage *stage)
{
	Group	   *group = &import->mapping->groups[0];

	for (int i = 0; i < (import->target->reported ? import->mapping->group_count : group->count) && import->total_count > 0; i++)
	{
		const Field *field = import->target->reported ? value_field(import, i) : &group->fields[i];
		char	   *sum = NULL;

		for (int t = 0; t < import->total_count; t++)
		{
			double		said = import->totals[t].said[i];

			if (isnan(said))
				continue;
			if (!sum)
				sum = import->target->reported ? need_format("%.15g", import->sums[i]) : stage_sum(stage, field->target);
			say_total(import, &import->totals[t], field->heading, said, sum ? sum : "0");
		}
		free(sum);
	}
}

static void
remember(Import *import)
{
	char	   *may;

	if (!remembers(import->target) || !import->mapping->text || !import->mapping->text[0])
		return;
	may = db_value("SELECT (has_column_privilege(c.oid, 'mapping', 'INSERT') AND has_column_privilege(c.oid, 'mapping', 'UPDATE'))::text FROM pg_class AS c JOIN"
						" pg_namespace AS n ON n.oid = c.relnamespace"
				   " WHERE n.nspname = @name@ AND c.relname = 'import_heading'", 0);
	if (may && strcmp(may, "true") == 0)
		db_do("INSERT INTO @ledger@.import_heading (table_name, fingerprint, headings, mapping, file) VALUES ($1, md5($2), $2, $3, $4)"
			  " ON CONFLICT (table_name, fingerprint) WHERE status = 'valid' DO UPDATE SET mapping = EXCLUDED.mapping, file = EXCLUDED.file WHERE import_heading.mapping <> EXCLUDED.mapping", 4,
			  import->target->in_ledger ? import->target->table : import->target->quoted, import->mapping->fingerprint_source, import->mapping->text, import->name);
	free(may);
}

/* The heading that a column of the target came from, or its name. */
static const char *
heading_from(const Import *import, const char *column)
{
	for (int g = 0; g < import->mapping->group_count; g++)
		for (int f = 0; f < import->mapping->groups[g].count; f++)
		{
			const Field *field = &import->mapping->groups[g].fields[f];
			const char *name = import->target->columns[field->target].name;

			if (field->column >= 0 && (strcmp(name, column) == 0 || (strcmp(column, "subject_id") == 0 && strcmp(name, "@name") == 0)))
				return field->heading;
		}
	return column;
}

/* "row 5, W-4", or without a number "row 5". */
static char *
row_called(const PGresult *result, int row, const char *comma)
{
	const char *number = PQgetvalue(result, row, 1);
	char	   *plain = harmless(number), *name = need_format(TEXT("row %s%s%s", "第%s行%s%s"), PQgetvalue(result, row, 0), *plain ? comma : "", plain);

	free(plain);
	return name;
}

static void
put_difference(const Import *import, PGresult *result, int row, bool dead)
{
	char	   *name = row_called(result, row, TEXT(", ", "，"));
	char	   *was = harmless(PQgetisnull(result, row, 4) ? TEXT("empty", "空") : PQgetvalue(result, row, 4)), *becomes = harmless(PQgetvalue(result, row, 5));
	char	   *heading = harmless(heading_from(import, PQgetvalue(result, row, 3)));

	if (dead)
		put(TEXT("    %s: %s is %s, the file has %s: not applied\n", "    %s：%s 现为 %s，文件中为 %s，未更正\n"), name, heading, was, becomes);
	else
		put(TEXT("    %s: %s was %s, becomes %s\n", "    %s：%s 由 %s 改为 %s\n"), name, heading, was, becomes);
	free(name);
	free(was);
	free(becomes);
	free(heading);
}

/* Records that count no more: each with its status, and what the file would have corrected. */
static void
put_dead(const Import *import, PGresult *result, long long count)
{
	long long	listed = 0;

	if (!result)
		return;
	put(TEXT("  withdrawn, written off or duplicate records are not entered again: %lld rows\n", "  已撤销、核销或重复的记录不再录入，共%lld行：\n"), count);
	for (int row = 0; row < PQntuples(result); row++)
	{
		char	   *name;

		if (!PQgetisnull(result, row, 3))
		{
			put_difference(import, result, row, true);
			continue;
		}
		if (listed == MOST_NAMED)
			break;
		listed++;
		name = row_called(result, row, TEXT(": ", "："));
		put(TEXT("    %s, %s\n", "    %s，%s\n"), name, PQgetvalue(result, row, 2));
		free(name);
	}
	if (listed < count)
		put(TEXT("    and %lld more\n", "    另有%lld行\n"), count - listed);
	say_hint(TEXT("One that shall count again is set to status valid in the table; then a corrected file corrects it.", "确应恢复的，请在表中将其状态改为 valid，再导入更正后的文件。"));
	PQclear(result);
}

/* What was corrected, the first of it: number, column, what it was and what it is now. */
static void
put_changed(const Import *import, PGresult *result)
{
	if (!result)
		return;
	for (int row = 0; row < PQntuples(result) && row < MOST_NAMED; row++)
		put_difference(import, result, row, false);
	if (PQntuples(result) > MOST_NAMED)
		put(TEXT("    and more: the history of the table has all\n", "    其余更正见该表的历史记录\n"));
	PQclear(result);
}

/* A day that new records must have and no heading gives. */
static void
say_assumed(const Import *import)
{
	for (int i = 0; i < import->target->count; i++)
	{
		const char *other = assumed_day(import->target, import->target->columns[i].name);
		bool		given = false, there = false;

		for (int f = 0; other && f < import->mapping->groups[0].count; f++)
		{
			given = given || import->mapping->groups[0].fields[f].target == i;
			there = there || strcmp(import->target->columns[import->mapping->groups[0].fields[f].target].name, other) == 0;
		}
		if (other && !given && there)
			say(TEXT("%s: no heading has %s: of new records %s is taken for it", "%s：没有表头对应 %s：新记录以 %s 代替"), import->name, import->target->columns[i].name, other);
	}
}

/* ------------------------------------------------------------------ the file */

/* What is no ordinary file, as a pipe, is kept first: it is read more than once. */
static char *
ordinary(const char *path)
{
	struct stat status;
	int			from = strcmp(path, "-") == 0 ? dup(0) : open(path, O_RDONLY | O_CLOEXEC), to;
	char	   *copy;
	char		block[65536];
	ssize_t		got;

	if (from < 0)
	{
		say_error("%s: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(from, &status) == 0 && S_ISREG(status.st_mode) && strcmp(path, "-") != 0)
	{
		close(from);
		return need_copy(path);
	}
	if (S_ISDIR(status.st_mode))
	{
		say_error(TEXT("%s is a directory", "%s 是目录"), path);
		close(from);
		return NULL;
	}
	copy = task_file("input");
	to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (to >= 0 && (got = read(from, block, sizeof block)) != 0)
	{
		if (got < 0 && errno == EINTR)
		{
			task_stop_if_asked();
			continue;
		}
		if (got > 0)
			errno = ENOSPC;		/* where less is written than asked */
		if (got < 0 || write(to, block, (size_t) got) != got)
		{
			say_error("%s: %s", path, strerror(errno));
			close(to);
			to = -1;
		}
	}
	close(from);
	if (to < 0)
	{
		free(copy);
		return NULL;
	}
	close(to);
	return copy;
}

/* Hidden rows are asked about on a terminal, else skipped; that is said in any case. */
static void
ask_hidden(Import *import)
{
	SheetRow	row;
	RowKind		kind;
	long		hidden = 0, first = 0;
	FILE	   *terminal;
	char	   *name;
	char		answer[16] = "";

	import->take_hidden = import->options->hidden && strcmp(import->options->hidden, "take") == 0;
	if (import->options->hidden || !import->reader->name || !isatty(0) || !isatty(2))
		return;
	layout_begin(import->layout);
	while (layout_next(import->layout, &row, &kind))
		if (kind == ROW_HIDDEN && hidden++ == 0)
			first = row.line;
	terminal = hidden ? fopen("/dev/tty", "r+e") : NULL;
	if (!terminal)
		return;
	name = harmless(import->name);
	fprintf(terminal, TEXT("%s has %ld hidden rows, the first is row %ld. Take them in? [y/N] ", "%s 有%ld个隐藏行，第一个是第%ld行。是否导入？[y/N] "), name, hidden, first);
	free(name);
	fflush(terminal);
	if (fgets(answer, sizeof answer, terminal))
		import->take_hidden = answer[0] == 'y' || answer[0] == 'Y' || starts_with(answer, "是");
	fclose(terminal);
}

static int
run_import(Import *import)
{
	const ImportOptions *options = import->options;
	Target	   *target = import->target;
	StageOptions stage_options = {import->name, options->known_at, options->only_known};
	RefusalSpool *spool = new_spool();
	Stage	   *stage = stage_begin(target, import->mapping, &stage_options);
	StageResult result;
	long long	refused;
	RejectFile *file = NULL;
	char	   *rejects = NULL, *problem = NULL, *kept = NULL;
	bool		commit, found = true;
	int			code = EXIT_FINE;
	PGresult   *dead = NULL, *changed = NULL;

	if (import->reader->seek)
		import->places = task_stream("places");
	if (target->reported)
		import->sums = need((size_t) import->mapping->group_count * sizeof *import->sums);
	send_records(import, stage, spool);
	result = stage_finish(stage);
	refused = result.refused + import->refused_here;
	say_left_out(import);
	compare_totals(import, stage);
	if (import->rows > 0 && import->read == 0)
	{
		say_error(TEXT("%s has %lld rows, and no value in any of the columns that are read", "%s 有%lld行数据，但所读取的列中没有任何值"), import->name, import->rows);
		say_hint(TEXT("--headings shows where each column goes.", "可用 --headings 查看各列对应的内容。"));
		code = EXIT_FAILED;
	}
	if (import->left_out[ROW_ZERO].count > 0 && import->read == 0)
		say(TEXT("%s declares that there was nothing; --entered DATE says so in the ledger", "%s 为零报告；可用 --entered 日期 在台账中登记"), import->name);
	if (refused > 0)
	{
		rejects = need_format("%s.rejects.csv", strcmp(import->path, "-") == 0 ? "stdin" : import->path);
		file = reject_open(rejects, import->layout, &problem);
		if (!file)
		{
			stage_end(stage, false);
			say_error("%s", problem);
			say_hint(TEXT("Nothing was changed: rows that are refused must have a place to go.", "未作任何更改：被退回的行无处可写。"));
			free(problem);
			free(rejects);
			free(import->sums);
			free_spool(spool);
			return EXIT_FAILED;
		}
		found = write_rejects(import, stage, spool, file);
		code = EXIT_REJECTED;
	}
	commit = !options->dry_run && !(options->all_or_nothing && refused > 0);
	if (commit && result.added + result.changed + result.same > 0)
		remember(import);
	task_stop_if_asked();
	if (!found)
		errno = EIO;
	/* first the file, then the commit: refused rows are somewhere in any case */
	if (file && !reject_close(file, found, &kept))
	{
		say_error("%s: %s", rejects, strerror(errno));
		say_hint(TEXT("Nothing was changed: rows that are refused must have a place to go.", "未作任何更改：被退回的行无处可写。"));
		stage_end(stage, false);
		free(rejects);
		free(import->sums);
		free_spool(spool);
		return EXIT_FAILED;
	}
	if (kept)
		say(TEXT("%s: rows that were rejected before, or corrected since, are kept in %s", "%s：此前退回（或已更正）的行保留在 %s"), import->name, kept);
	free(kept);
	if (result.dead > 0)
		dead = stage_said(stage, true);
	if (result.changed > 0)
		changed = stage_said(stage, false);
	stage_end(stage, commit);
	/* what follows is the result */
	put(TEXT("%s → %s: %lld read = %lld added + %lld changed + %lld the same + %lld rejected", "%s → %s：读取%lld行 = 新增%lld + 更正%lld + 相同%lld + 退回%lld"),
		import->name, target->quoted, import->read, result.added, result.changed, result.same, refused);
	if (result.dead > 0)
		put(TEXT(" + %lld not entered again", " + 不再录入%lld"), result.dead);
	put("\n");
	put_dead(import, dead, result.dead);
	put_changed(import, changed);
	if (result.subjects > 0)
		put(TEXT("  %lld subjects made, %lld of them by name alone\n", "  新建主体%lld个，其中仅凭名称的%lld个\n"), result.subjects, result.units);
	if (result.pending > 0)
		put(TEXT("  %lld rows wait in import_pending for a decision on the enterprise\n", "  %lld行待确定企业，已列入 import_pending\n"), result.pending);
	if (refused > 0)
		put(TEXT("  rejected rows are in %s\n", "  退回的行在 %s\n"), rejects);
	if (options->dry_run)
		put(TEXT("  dry run: nothing was changed\n", "  试运行：未作任何更改\n"));
	else if (!commit)
		put(TEXT("  all or nothing: nothing was changed\n", "  要求全部成功：未作任何更改\n"));
	else if (refused > 0 && result.added + result.changed + result.same == 0)
		code = EXIT_REJECTED;
	free(rejects);
	free(import->sums);
	free_spool(spool);
	return code;
}

int
import_file(const char *path, Target *target, const ImportOptions *options)
{
	Import		import = {0};
	char	   *problem = NULL, *real = ordinary(path);
	int			code = EXIT_FAILED;

	if (!real)
		return EXIT_FAILED;
	import.path = path;
	import.name = strrchr(path, '/') ? strrchr(path, '/') + 1 : strcmp(path, "-") == 0 ? "stdin" : path;
	import.target = target;
	import.options = options;
	import.reference_day = -1;
	for (int i = target->count - 1; i >= 0; i--)
		if (target->columns[i].value.kind == VALUE_DATE && target->columns[i].not_null && target->columns[i].role == COLUMN_PLAIN)
			import.reference_day = i;
	if (is_workbook(real))
		import.reader = open_workbook(real, options->sheet, task_directory(), &problem);
	else
		import.reader = open_csv(real, options->encoding, options->separator ? (strcmp(options->separator, "\\t") == 0 || strcmp(options->separator, "tab") == 0 ? '\t' :
							options->separator[0]) : 0, &problem);
	if (import.reader)
		import.layout = find_layout(import.reader, is_known_heading, target, options->heading_row, &problem);
	if (!import.layout)
		say_error("%s%s%s", starts_with(problem ? problem : "", path) || !import.reader ? "" : path, starts_with(problem ? problem : "", path) || !import.reader ? "" : ": ", problem ? problem : "");
	else
	{
		if (import.reader->name)
		{
			char	  **names = workbook_sheets(import.reader);
			int			n = 0;

			while (names[n])
				n++;
			if (n > 1 && !options->sheet)
			{
				Chars		list = {0};

				chars_reset(&list);
				for (int i = 0; i < n; i++)
					if (strcmp(names[i], import.reader->name) != 0)
						chars_format(&list, "%s%s", list.length ? TEXT(", ", "、") : "", names[i]);
				say_warning(TEXT("%s: sheet %s is read; others are not: %s (--sheet NAME)", "%s：读取的是工作表 %s；未读取：%s（可用 --sheet 名称）"), import.name, import.reader->name, list.data);
				chars_free(&list);
			}
		}
		import.mapping = find_mapping(&import, &code);
	}
	if (import.layout && options->headings)
	{
		print_headings(&import);
		code = EXIT_FINE;
	}
	else if (import.mapping)
	{
		find_missing(import.mapping, target);
		if (import.mapping->missing.length && !target->reported)
		{
			say_error(TEXT("%s: no heading goes into %s, which must have a value", "%s：没有表头对应必填列 %s"), import.name, import.mapping->missing.data);
			if (import.mapping->left_out.length)
				say_detail(TEXT("Headings that no column was found for: %s", "没有找到对应列的表头：%s"), import.mapping->left_out.data);
			say_hint(TEXT("--set COLUMN=VALUE gives one value to every row; --mapping FILE writes a file in which headings and columns are put together.",
						  "--set 列=值 给每行同一个值；--mapping 文件 写出一个可修改的对照文件。"));
			code = EXIT_FAILED;
		}
		else
		{
			if (import.mapping->left_out.length)
				say(TEXT("%s: headings left out, for no column is called so: %s", "%s：未导入的表头（没有对应的列）：%s"), import.name, import.mapping->left_out.data);
			if (import.mapping->personal.length)
				say(TEXT("%s: personal data left out: %s (--personal takes it)", "%s：未导入个人信息：%s（需要时用 --personal）"), import.name, import.mapping->personal.data);
			say_assumed(&import);
			ask_hidden(&import);
			import.values = need((size_t) target->count * sizeof *import.values);
			import.pointers = need((size_t) target->count * sizeof *import.pointers);
			chars_reset(&import.problem.reason);
			chars_reset(&import.problem.likely);
			chars_reset(&import.further.reason);
			chars_reset(&import.further.likely);
			code = run_import(&import);
			for (int i = 0; i < target->count; i++)
				chars_free(&import.values[i]);
			free(import.values);
			free(import.pointers);
		}
	}
	if (import.places)
		fclose(import.places);
	if (import.mapping)
		free_mapping(import.mapping);
	for (int t = 0; t < import.total_count; t++)
		free(import.totals[t].said);
	chars_free(&import.part);
	chars_free(&import.problem.reason);
	chars_free(&import.problem.likely);
	chars_free(&import.further.reason);
	chars_free(&import.further.likely);
	if (import.layout)
		free_layout(import.layout);
	if (import.reader)
		import.reader->close(import.reader);
	free(problem);
	free(real);
	return code;
}
