/* command/report.c: emgov report */
#include "command/command.h"

#include "connect.h"
#include "document/document.h"
#include "import/chars.h"
#include "ledger.h"
#include "say.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

typedef struct Format
{
	const char *suffix;
	bool		(*write) (Document *document, const char *path, char **problem);
	bool		draws;			/* shows charts that gnuplot draws */
	bool		(*fill) (Document *document, const char *form, const char *path, char **problem);	/* a form of one's own, --template */
} Format;

static const Format formats[] = {
	{".md", write_markdown, false, NULL},
	{".html", write_html, true, NULL},
	{".docx", write_docx, true, fill_docx},
	{".xlsx", write_xlsx, false, fill_xlsx},
	{".csv", write_csv, false, NULL},
	{".json", write_json, false, NULL},
	{".pdf", write_pdf, true, NULL},
};

static TextList outputs;
static const char *as_of = NULL;
static const char *publication = NULL;
static const char *form = NULL;
static const char *issuer = NULL;
static const char *number = NULL;
static const char *addressee = NULL;
static long records = 10;

static const Format *
format_of(const char *path)
{
	size_t		length = strlen(path);

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
	{
		size_t		suffix = strlen(formats[i].suffix);

		if (length > suffix && strcasecmp(path + length - suffix, formats[i].suffix) == 0)
			return &formats[i];
	}
	return NULL;
}

static int
run(int argc, char **argv)
{
	Document	document = {0};
	const Format *filled = form ? format_of(form) : NULL;
	bool		draws = false;
	bool		fills = false;
	int			code = EXIT_FINE;
	char	   *problem = NULL;

	/* the colon behind it is the document's */
	for (int i = 0; addressee && i < 2; i++)
	{
		static const char *const colons[] = {"：", ":"};
		size_t		length = strlen(addressee), wide = strlen(colons[i]);

		if (length > wide && ends_with(addressee, colons[i]))
			addressee = need_format("%.*s", (int) (length - wide), addressee);
	}
	if (publication ? argc != 0 : argc != 2)
		return usage_error(TEXT("a report and a period are needed, or --publication alone", "请给出报告代码和统计期，或只用 --publication"));
	if (publication && (*publication == '\0' || strlen(publication) > 9 || strspn(publication, "0123456789") != strlen(publication)))
		return usage_error(TEXT("\"%s\" is no publication's number", "“%s”不是发布号"), publication);
	if (publication && as_of)
		return usage_error(TEXT("a publication has its own moment: --as-of does not go with it", "发布自有其数据时点，不能再用 --as-of"));
	if (form && (!filled || !filled->fill))
		return usage_error(TEXT("%s: a form is a .docx or .xlsx file", "%s：模板须为.docx或.xlsx文件"), form);
	for (int i = 0; i < outputs.count; i++)
	{
		const Format *f = format_of(outputs.item[i]);

		if (!f)
			return usage_error(TEXT("%s: the name says the format, by .md .html .docx .xlsx .csv .json or .pdf", "%s：格式由文件名决定：.md .html .docx .xlsx .csv .json .pdf"), outputs.item[i]);
		for (int j = 0; j < i; j++)
			if (strcmp(outputs.item[i], outputs.item[j]) == 0)
				return usage_error(TEXT("%s is named twice", "%s给出了两次"), outputs.item[i]);
		draws = draws || (f->draws && f != filled);
		fills = fills || f == filled;
	}
	if (filled && !fills)
		return usage_error(TEXT("where to write the filled form? -o FILE%s", "填好的表写到哪里？请用 -o 文件%s"), filled->suffix);

	document.report = argc > 0 ? argv[0] : NULL;
	document.asked_period = argc > 1 ? argv[1] : NULL;
	document.asked_publication = publication;
	document.listed_records = records > 1000 ? 1000 : (int) records;
	document.issuer = issuer;
	document.number = number;
	document.addressee = addressee;
	document.lang = words_asked();
	db_ledger();
	document.asked_as_of = ledger_moment(as_of);
	if (!publication && !as_of)
		free(ledger_report_title(document.report));	/* there is one, or it says which there are */
	document_read(&document);

	if (outputs.count == 0)
	{
		Text		text = markdown_text(&document);

		put("%s", text.data);
		return EXIT_FINE;
	}
	if (draws && !document_draw(&document, &problem))
	{
		say_warning("%s", problem);
		code = EXIT_FAILED;
	}
	for (int i = 0; i < outputs.count; i++)
	{
		const char *path = outputs.item[i];
		const Format *f = format_of(path);

		task_stop_if_asked();
		problem = NULL;
		if (f == NULL)
			continue;
		if (f == filled ? f->fill(&document, form, path, &problem) : f->write(&document, path, &problem))
		{
			put("%s\n", path);
			if (problem)		/* written, but not all of it could be filled */
			{
				say_warning("%s", problem);
				code = EXIT_FAILED;
			}
		}
		else
		{
			say_error("%s", problem);
			code = EXIT_FAILED;
		}
	}
	return code;
}

static const char *const examples[] = {
	"emgov report annual 2024 -o report.docx -o report.xlsx -o report.html",
	"emgov report bulletin 2024-09 --as-of '2024-10-15 18:00+08' -o bulletin.pdf",
	"emgov report --publication 3 -o published.html",
	"emgov report annual 2024 --template form.xlsx -o filled.xlsx",
	NULL
};

static const Option options[] = {
	{'o', "output", OPTION_LIST, &outputs, "FILE", {"write FILE, in the format that its name says (.md .html .docx .xlsx .csv .json .pdf); may be given several times; without it, "
		"Markdown to standard output",
			"写入文件，格式由文件名决定（.md .html .docx .xlsx .csv .json .pdf），可给多次；不给则将Markdown写到标准输出"}, NULL},
	{0, "as-of", OPTION_TEXT, &as_of, "TIME", {"as known at that moment, or by the end of that day (now); what was published as of it is printed as published",
		"按此时点（或当日结束时）所掌握的数据，默认为此刻；若有该时点的发布，则按发布的内容"}, NULL},
	OPTION_UNREACHABLE,
	{0, "publication", OPTION_TEXT, &publication, "NUMBER", {"what was published, instead of REPORT PERIOD", "按发布号输出已发布的内容，不再给报告代码和统计期"}, NULL},
	{0, "template", OPTION_TEXT, &form, "FILE", {"fill this form (.docx, .xlsx) instead of making one: {{F028}}, {{F028.rate}}, or cells named emgov_F028",
		"填写这个模板（.docx、.xlsx）：{{F028}}、{{F028.rate}}，或名为emgov_F028的单元格"}, NULL},
	{0, "issuer", OPTION_TEXT, &issuer, "NAME", {"who issues it, if not the ledger's bureau", "编制单位，默认为台账所属的局"}, NULL},
	{0, "number", OPTION_TEXT, &number, "TEXT", {"the document's number; then it has a masthead", "发文字号；给出则带版头"}, NULL},
	{0, "addressee", OPTION_TEXT, &addressee, "NAME", {"to whom it goes", "主送机关"}, NULL},
	{0, "records", OPTION_COUNT, &records, "COUNT", {"how many records of each figure are listed in HTML and JSON (10)", "HTML和JSON中每个数字列出多少条记录（10）"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

const Command command_report = {
	.name = "report",
	.arguments = "REPORT PERIOD",
	.summary = {"Print a report in several formats.", "输出报告，可同时输出多种格式。"},
	.about = {"The report's text for a period, with its figures, tables and charts. PERIOD is as people write it: 2024, 2024-09, 2024Q3, 2024年1—9月, 2024-01-01..2024-12-19. "
		"A draft is in the report's language, or in that of --lang. What a format needs and lacks is said in one line; the others are still written, and the exit code is 1.",
	"某一统计期的报告：正文、指标、表和图。统计期写法如 2024、2024-09、2024Q3、2024年1—9月、2024-01-01..2024-12-19。草稿用报告自身的语言，或 --lang 指定的语言。"
	"某种格式缺少所需程序时以一行说明，其余照常写出，退出码为1。"},
	.examples = examples,
	.options = options,
	.most = 2,
	.run = run
};
