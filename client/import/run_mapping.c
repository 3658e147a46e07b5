/*
 * run_mapping.c
 *		Where the columns of a file go: by a mapping file, as remembered, or by their names.
 */
#include "run_work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "heading.h"
#include "say.h"
#include "task.h"

#define SAMPLES 30

bool
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
/* ------------------------------------------------------------------ samples of what stands below */

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
Mapping *
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
			say_error("%s%s%s", import->name, TEXT(": ", "："), problem);
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
				if (options->personal)
					mapping_with_personal(mapping, import->layout, target, samples);
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
				for (int i = 0; i < mapping->missing_count; i++)
					fprintf(file, "#=…\t%s\n", target->columns[mapping->missing[i]].name);
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

/* The one area whose name stands in a text, as a word that --set takes. NULL: none, or several. */
static const char *
area_in(const ValueType *areas, const char *text)
{
	ValueType	title = *areas;
	Chars		code = {0};
	ValueProblem problem = {0};
	const char *word = NULL;

	title.title = true;
	if (read_text_value(&code, text, false, &title, NULL, &problem) == VALUE_FINE)
		for (int i = 0; i < areas->term_count && !word; i++)
			if (strcmp(areas->terms[i].value, code.data) == 0 && strcmp(areas->terms[i].word, code.data) != 0)
				word = areas->terms[i].word;
	chars_free(&code);
	chars_free(&problem.reason);
	chars_free(&problem.likely);
	return word;
}

void
look_around(Import *import)
{
	const Target *target = import->target;

	for (int g = 0; g < import->mapping->group_count; g++)
		for (int f = 0; f < import->mapping->groups[g].count; f++)
			import->mapping->groups[g].fields[f].value.year = import->layout->year;
	import->area = target->in_ledger && !target->reported ? target_column(target, "area_code") : -1;
	if (import->area >= 0 && !target->columns[import->area].writable)
		import->area = -1;
	for (int f = 0; import->area >= 0 && f < import->mapping->groups[0].count; f++)
		if (import->mapping->groups[0].fields[f].target == import->area)
			import->area = -1;
	if (import->area >= 0)
	{
		const char *texts[] = {import->layout->above, import->reader->name ? import->reader->name : "", import->name};
		const char *word = NULL;

		for (int i = 0; i < 3 && !word; i++)
			word = area_in(&target->columns[import->area].value, texts[i]);
		import->area_in_title = word ? need_copy(word) : NULL;
	}
}

/* A line a heading: its column of the sheet, the path, its unit, what it goes into. */
void
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
				if (field->value.address)
					chars_string(&into, " by=address");
			}
		put("%s\t%s\t%s\t%s\n", column_letters(layout->first + c), layout->path[c], layout->unit[c], into.length ? into.data : "-");
		chars_free(&into);
	}
}

void
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
