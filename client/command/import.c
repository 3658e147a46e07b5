/* command/import.c: emgov import */
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "import/credit.h"
#include "import/run.h"
#include "import/template.h"
#include "say.h"
#include "task.h"

static ImportOptions options;
static const char *entered = NULL;
static const char *area = NULL;
static const char *template = NULL;
static const char *output = NULL;
static const char *credit = NULL;

static void
declare_entered(const Target *target)
{
	db_do("CALL @ledger@.entered(ARRAY[$1::text], through => $2::date, area => $3)", 3, target->in_ledger ? target->table : target->quoted, entered, area);
}

static int
run(int argc, char **argv)
{
	int			code = EXIT_FINE;
	Target	   *target;

	if (credit && argc == 0 && output)
	{
		db_ledger();
		return write_credit(credit, options.reported.period, options.personal, output);
	}
	if (credit)
		return usage_error("%s", TEXT("--credit takes no files: -o says where it goes", "--credit 不带文件参数：用 -o 指定输出"));
	if (area && !entered)
		return usage_error("%s", TEXT("--area goes with --entered; --set COLUMN=VALUE gives every row an area", "--area 与 --entered 合用；各行的区域请用 --set 列=值 指定"));
	if (template ? argc != 0 : argc < 2)
		return usage_error("%s", template ? TEXT("--template takes no files: -o says where it goes", "--template 不带文件参数：用 -o 指定输出") : TEXT("which table, and"
							" which files?", "导入哪个表、哪些文件？"));
	db_connect();
	if (options.known_at)		/* nothing may be written that would ask what it is */
		db_do("SELECT $1::timestamptz", 1, options.known_at);
	if (!options.reported.dimension)
		options.reported.dimension = "area";
	target = describe_target(template ? template : argv[0]);
	if (target->reported && options.mapping)
		return usage_error("%s", TEXT("--mapping is not for reported figures: their columns are found by the names of the indicators, and --set area=… gives the area of a sheet that is of one",
									  "上报数字不用 --mapping：各列按指标名称对应；全表属同一区域的用 --set area=… 指定"));
	if (target->reported)
	{
		TargetColumn *member = &target->columns[target_column(target, "member")];

		free(member->reference_table);
		member->reference_table = need_copy(options.reported.dimension);
	}
	load_references(target);
	if (template)
	{
		char	   *path = output ? need_copy(output) : need_format("%s.xlsx", target->table);

		code = write_template(target, path);
		free(path);
		return code;
	}
	if (entered && !options.headings)
	{
		/* what would fail afterwards fails now, before anything goes in */
		if (area && !(area = area_code(area)))
			return EXIT_USAGE;
		db_do("BEGIN", 0);
		declare_entered(target);
		db_do("ROLLBACK", 0);
	}
	for (int i = 1; i < argc; i++)
	{
		int			one = import_file(argv[i], target, &options);

		if (code == EXIT_FINE || (one != EXIT_FINE && one != EXIT_REJECTED))
			code = one;
	}
	if (entered && !options.dry_run && !options.headings && code != EXIT_FINE)
		say_warning(TEXT("that %s is entered through %s is not declared: not everything went in", "未登记 %s 已录入至 %s：并非全部行都已导入"), target->quoted, entered);
	else if (entered && !options.dry_run && !options.headings)
	{
		char	   *later = db_value("SELECT max(d.through) FROM @ledger@.coverage_declaration AS d WHERE d.source = $1 AND d.active AND d.through > $2::date"
									 " AND ($3::text IS NULL OR d.area_code IS NULL OR d.area_code = $3)", 3, target->in_ledger ? target->table : target->quoted, entered, area);

		declare_entered(target);
		if (later)
			say_warning(TEXT("%s was declared as entered through %s: figures of the days after %s have no data now",
							 "%s 此前登记已录入至 %s：%s 之后的数字现按无数据处理"), target->quoted, later, entered);
		free(later);
		put(TEXT("  %s is entered through %s\n", "  %s 已录入至 %s\n"), target->quoted, entered);
	}
	return code;
}

static const char *const examples[] = {
	"emgov import accident 2024年事故台账.xlsx",
	"emgov import hazard 隐患排查.xls --set programme_code=bureau_plan --dry-run",
	"emgov import reported 月报.xlsx --period 2024-05 --sender 武进区应急局",
	"emgov import --template hazard -o 隐患台账.xlsx",
	"emgov import --credit penalty --period 2024-05 -o 行政处罚双公示.xlsx",
	"emgov import public.sites sites.csv --mapping sites.map",
	NULL
};

static const Option table[] = {
	{0, "dry-run", OPTION_FLAG, &options.dry_run, NULL, {"do everything, then undo it", "试运行：全部执行后撤销"}, NULL},
	{0, "headings", OPTION_FLAG, &options.headings, NULL, {"print how the headings are understood, and stop", "只显示表头的识别结果"}, NULL},
	{0, "all-or-nothing", OPTION_FLAG, &options.all_or_nothing, NULL, {"change nothing if a row is refused", "有一行被退回即全部不导入"}, NULL},
	{0, "mapping", OPTION_TEXT, &options.mapping, "FILE", {"which heading goes into which column; written if it is not there", "表头与列的对照文件；不存在时写出"}, NULL},
	{0, "set", OPTION_LIST, &options.set, "COLUMN=VALUE", {"a value for every row", "每行都用的值"}, NULL},
	{0, "sheet", OPTION_TEXT, &options.sheet, "NAME", {"sheet of a workbook; else the first that can be seen", "工作表名称；默认第一个可见的表"}, NULL},
	{0, "heading-row", OPTION_COUNT, &options.heading_row, "N", {"the first row of headings, where it is not found", "表头起始行，未能自动找到时用"}, NULL},
	{0, "encoding", OPTION_TEXT, &options.encoding, "NAME", {"of a text file; else found: UTF-8, GB18030, UTF-16", "文本文件的编码；默认自动识别 UTF-8、GB18030、UTF-16"}, NULL},
	{0, "separator", OPTION_TEXT, &options.separator, "CHARACTER", {"of a text file; else found", "文本文件的分隔符；默认自动识别"}, NULL},
	{0, "hidden", OPTION_CHOICE, &options.hidden, "take|skip", {"hidden rows; else asked about, skipped where nobody can be asked", "隐藏行：take 导入，skip"
						" 不导入；默认询问，无法询问时不导入"}, "take|skip"},
	{0, "personal", OPTION_FLAG, &options.personal, NULL, {"take columns of personal data too", "连同个人信息列一起导入"}, NULL},
	{0, "only-known", OPTION_FLAG, &options.only_known, NULL, {"a name of an enterprise that is not known waits for a decision", "未知的企业名称一律待定，不新建"}, NULL},
	{0, "known-at", OPTION_TEXT, &options.known_at, "TIMESTAMP", {"since when the rows are known: '2024-03-01 12:00+08'", "知悉时间，如 '2024-03-01 12:00+08'"}, NULL},
	{0, "entered", OPTION_TEXT, &entered, "DATE", {"declare that everything is entered through this day", "登记：截至该日已全部录入"}, NULL},
	{0, "area", OPTION_TEXT, &area, "AREA", {"of this area alone, by code or name, with --entered", "与 --entered 合用：仅该区域（代码或名称）"}, NULL},
	{0, "period", OPTION_TEXT, &options.reported.period, "PERIOD", {"of reported figures: 2024-05, 2024Q1", "上报数字的时期：2024-05、2024Q1"}, NULL},
	{0, "indicator", OPTION_TEXT, &options.reported.indicator, "CODE", {"of reported figures, where columns are months", "上报数字的指标（各列为月份时）"}, NULL},
	{0, "sender", OPTION_TEXT, &options.reported.sender, "TEXT", {"who sent reported figures", "上报数字的报送人或文号"}, NULL},
	{0, "received", OPTION_TEXT, &options.reported.received, "DATE", {"when reported figures were received; else today", "上报数字的收到日期；默认今天"}, NULL},
	{0, "dimension", OPTION_CHOICE, &options.reported.dimension, "NAME", {"what reported figures are of; else area", "上报数字的维度；默认 area"}, "area|organisation|accident_category|programme"},
	{0, "template", OPTION_TEXT, &template, "TABLE", {"write an .xlsx to be filled in: headings, lists, an example", "写出可填报的 .xlsx 模板：表头、下拉选项、示例行"}, NULL},
	{0, "credit", OPTION_CHOICE, &credit, "KIND", {"write decisions of --period as the file in which they are made public (双公示)", "写出 --period"
						" 内的双公示文件：行政处罚、行政许可"}, "penalty|permit|penalty-2015"},
	{'o', "output", OPTION_TEXT, &output, "FILE", {"where a template or that file goes; a template else TABLE.xlsx", "模板或双公示文件的文件名；模板默认 表名.xlsx"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

const Command command_import = {
	.name = "import",
	.arguments = "TABLE FILE…",
	.summary = {"Take spreadsheets and text files into a table.", "将表格文件导入台账。"},
	.about = {"Takes CSV, TSV, .xls, .xlsx and .ods as they are: titles, headings of several rows, units, totals, notes. Rows that are right go in; others go to "
		"FILE.rejects.csv with the reason. The same file again changes nothing, a corrected one corrects. See docs/import.md.",
		"原样读取 CSV、TSV、.xls、.xlsx、.ods：标题、多行表头、单位、合计、说明均可识别。"
		"正确的行导入，其余连同原因写入“文件名.rejects.csv”。同一文件再次导入不作更改，更正后的文件则更正。见 docs/import.md。"},
	.examples = examples,
	.options = table,
	.least = 0,
	.most = -1,
	.run = run
};
