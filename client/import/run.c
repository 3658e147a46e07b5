/*
 * run.c
 *		The import of one file.
 */
#include "run_work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "task.h"

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
	PGresult   *dead = NULL, *changed = NULL, *beside;

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
	beside = stage_beside(stage);
	stage_end(stage, commit);
	/* what follows is the result */
	put(TEXT("%s → %s: %lld read = %lld added + %lld changed + %lld the same + %lld rejected", "%s → %s：读取%lld行 = 新增%lld + 更正%lld + 相同%lld + 退回%lld"),
		import->name, target->quoted, import->read, result.added, result.changed, result.same, refused);
	if (result.dead > 0)
		put(TEXT(" + %lld not entered again", " + 不再录入%lld"), result.dead);
	put("\n");
	put_dead(import, dead, result.dead);
	put_changed(import, changed);
	put_beside(import, beside, result.filled);
	if (result.subjects > 0)
		put(TEXT("  %lld subjects made, %lld of them by name alone\n", "  新建主体%lld个，其中仅凭名称的%lld个\n"), result.subjects, result.units);
	if (result.coded > 0)
		put(TEXT("  %lld units that were known by name alone have their credit code now\n", "  此前仅凭名称登记的%lld个主体补上了统一社会信用代码\n"), result.coded);
	if (result.pending > 0)
	{
		put(TEXT("  %lld rows wait in import_pending for a decision on the enterprise\n", "  %lld行待确定企业，已列入 import_pending\n"), result.pending);
		say_hint(TEXT("Say which it is, then import the rejected rows: a known one by INSERT INTO %1$s.subject_alias (name, subject_id), another by INSERT INTO %1$s.subject"
					  " (kind, name) VALUES ('unit', …).",
					  "逐一确定后导入退回的行：已有的企业用 INSERT INTO %1$s.subject_alias (name, subject_id)，另一家企业用 INSERT INTO %1$s.subject"
					  " (kind, name) VALUES ('unit', …)。"), target->schema);
	}
	if (refused > 0)
	{
		put(TEXT("  rejected rows are in %s\n", "  退回的行在 %s\n"), rejects);
		reasons_put(&import->reasons);
		/* of a workbook they are filled in, and so are they in its rejected rows */
		for (int i = 0; !import->reader->name && !import->layout->rejects && i < import->reasons.count; i++)
			if (import->reasons.item[i].count > 1 && strcmp(import->reasons.item[i].text, MUST_HAVE_VALUE) == 0)
			{
				say_hint(TEXT("A text file has lost its merged cells: where one stood over several rows, import the workbook itself.",
							  "文本文件中合并单元格已丢失：如有单元格曾纵向合并多行，请直接导入原工作簿。"));
				break;
			}
	}
	put_unsaid(import, result.added);
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
		look_around(&import);
		find_missing(import.mapping, target);
		if (import.mapping->missing_count && !target->reported)
		{
			say_missing(&import);
			if (import.mapping->left_out.length)
				say_detail(TEXT("Headings that no column was found for: %s", "没有找到对应列的表头：%s"), import.mapping->left_out.data);
			if (import.area_in_title && target->columns[import.area].not_null)
				say_hint(TEXT("\"%s\" stands in its title or name; --set area_code=%s gives it to every row.", "标题或文件名中有“%s”；--set area_code=%s 给每行填上。"),
						 import.area_in_title, import.area_in_title);
			say_hint(TEXT("--set COLUMN=VALUE gives one value to every row; --mapping FILE writes a file in which headings and columns are put together.",
						  "--set 列=值 给每行同一个值；--mapping 文件 写出一个可修改的对照文件。"));
			code = EXIT_FAILED;
		}
		else
		{
			if (import.mapping->left_out.length)
				say(TEXT("%s: headings left out, for no column is called so: %s", "%s：未导入的表头（没有对应的列）：%s"), import.name, import.mapping->left_out.data);
			if (import.mapping->running.length)
				say(TEXT("%s: running numbers left out: %s", "%s：未导入的序号：%s"), import.name, import.mapping->running.data);
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
	free(import.area_in_title);
	free(import.unknown_word);
	free_reasons(&import.reasons);
	if (import.refused_keys)
		free_refused_keys(import.refused_keys);
	chars_free(&import.said);
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
