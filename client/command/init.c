/* command/init.c: emgov init */
#include "command/command.h"

#include "connect.h"
#include "ledger.h"
#include "say.h"
#include "table.h"
#include "task.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *city = NULL;
static const char *bureau = NULL;
static TextList area_options = {0, NULL};
static const char *areas_file = NULL;
static const char *packs = NULL;
static bool preload = false;
static bool no_report = false;
static bool no_questions = false;

static const Option options[] = {
	{0, "city", OPTION_TEXT, &city, "AREA", {"the city, or a province: code and name, \"320400 常州市\"; its English name behind, if wanted", "城市或省：代码和名称，如“320400 常州市”；其后可加英文名"}, NULL},
	{0, "bureau", OPTION_TEXT, &bureau, "NAME", {"the bureau's name (the city's, 应急管理局; a province's, 应急管理厅)", "本局名称（默认为城市名加“应急管理局”，省为“应急管理厅”）"}, NULL},
	{0, "area", OPTION_LIST, &area_options, "AREA", {"a district or county that reports: code and name, \"320402 天宁区 Tianning\"; again for each",
		"报送数据的区县：代码和名称，其后可加英文名，如“320402 天宁区 Tianning”；可重复"}, NULL},
	{0, "areas", OPTION_TEXT, &areas_file, "FILE", {"a file of them, one a line: code, name (- for standard input)", "区县清单文件，每行：代码,名称（- 为标准输入）"}, NULL},
	{0, "packs", OPTION_TEXT, &packs, "NAMES", {"definitions to load, with commas between; \"\" for none", "载入的定义包，以逗号分隔；“”为不载入"}, NULL},
	{0, "preload", OPTION_FLAG, &preload, NULL, {"have each session of the database load emgov, so that queries are answered from rollups (a superuser's)",
		"本库每个会话都加载 emgov，查询自动使用汇总表（需超级用户）"}, NULL},
	{0, "no-report", OPTION_FLAG, &no_report, NULL, {"make no first report", "不建立第一份报告"}, NULL},
	{'y', "yes", OPTION_FLAG, &no_questions, NULL, {"ask nothing", "不提问"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

#define USUAL_PACKS "accidents-bulletin,enforcement"
#define FIRST_REPORT "first"

enum
{
	LARGEST = 4 * 1024 * 1024	/* of a file of areas */
};

/* What was made is the result, unless nobody wants to hear of it. */
#define tell(...) (say_quiet ? (void) 0 : put(__VA_ARGS__))

/* ------------------------------------------------------------------ areas as people write them */

typedef struct Area
{
	char	   *code;
	char	   *name;
	char	   *english;		/* NULL: none is given */
} Area;

static Area whole = {NULL, NULL, NULL};	/* the city; without a code: none is given */
static Area *area = NULL;		/* those that report */
static int	areas = 0;

/* What stands between a code and a name, or around either: blanks, punctuation of both kinds, quotes. Its bytes, or 0. */
static size_t
separator(const char *text)
{
	static const char *const wide[] = {"　", "，", "、", "：", "；", "\xC2\xA0"};

	if (*text && strchr(" \t\r,;:\"'", *text))
		return 1;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return strlen(wide[i]);
	return 0;
}

/*
 * Read "320402 天宁区", "320402,天宁区", "320402天宁区", "DC East". False, and nothing given, if it is no
 * code of letters, digits, - and _ with a name behind it.
 */
static bool
read_area(const char *text, Area *result)
{
	const char *code;
	const char *end;
	size_t		length;

	while ((length = separator(text)) > 0)
		text += length;
	code = text;
	while (isascii((unsigned char) *text) && (isalnum((unsigned char) *text) || *text == '-' || *text == '_'))
		text++;
	end = text;
	while ((length = separator(text)) > 0)
		text += length;
	if (end == code || *text == '\0' || (text == end && isascii((unsigned char) *text)))
		return false;
	length = strcspn(text, "\t,\"");
	for (bool more = true; more && length > 0;)
	{
		more = strchr(" \r;'", text[length - 1]) != NULL || (length > 3 && separator(text + length - 3) == 3);
		length -= !more ? 0 : (unsigned char) text[length - 1] < 0x80 ? 1 : 3;
	}
	if (length == 0)
		return false;
	result->code = need_format("%.*s", (int) (end - code), code);
	result->name = need_format("%.*s", (int) length, text);
	result->english = NULL;
	/* behind a name in Chinese its English one: 320402 天宁区 Tianning, or in the next column */
	for (const char *c = text; *c && !isascii((unsigned char) *text); c++)
		if (strchr(" \t,", *c) && isascii((unsigned char) c[1]) && isalpha((unsigned char) c[1]))
		{
			size_t		name = (size_t) (c - text);

			result->name = need_format("%.*s", (int) (name < length ? name : length), text);
			result->english = need_format("%.*s", (int) strcspn(c + 1, "\t,\"\r;"), c + 1);
			break;
		}
	return true;
}

static bool
is_gb2260(const char *code)
{
	return strlen(code) == 6 && strspn(code, "0123456789") == 6;
}

static bool
ends_in(const char *text, const char *end)
{
	size_t		length = strlen(end);

	return strlen(text) > length && strcmp(text + strlen(text) - length, end) == 0;
}

/* An area's kind, by its name; by its national code whether it is a province's city or prefecture, which a county's name may have too. */
static const char *
kind_of(const Area *of)
{
	static const struct
	{
		const char *end;
		const char *kind;
	}			kinds[] =
	{
		{"开发区", "zone"}, {"高新区", "zone"}, {"园区", "zone"}, {"管理区", "zone"}, {"经开区", "zone"}, {"Zone", "zone"},
		{"省", "province"}, {"自治区", "province"}, {"特别行政区", "province"}, {"Province", "province"}, {"Autonomous Region", "province"},
		{"自治州", "city"}, {"地区", "city"}, {"盟", "city"}, {"Prefecture", "city"}, {"League", "city"},
		{"区", "district"}, {"县", "county"}, {"旗", "county"}, {"市", "county_city"},
		{"District", "district"}, {"County", "county"}, {"City", "county_city"}
	};
	bool		coded = is_gb2260(of->code);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ends_in(of->name, kinds[i].end))
		{
			if (coded && strcmp(kinds[i].kind, "zone") != 0 && strcmp(kinds[i].kind, "province") != 0 && strcmp(of->code + 4, "00") == 0)
				return "city";
			return kinds[i].kind;
		}
	return coded && strcmp(of->code + 2, "0000") == 0 ? "province" : coded && strcmp(of->code + 4, "00") == 0 ? "city" : "district";
}

/* Whether the one is by the national codes a part of the other: of a province what has its first two digits, of a city its first four. */
static bool
is_within(const Area *part, const Area *of)
{
	return strncmp(part->code, of->code, strcmp(of->code + 2, "0000") == 0 ? 2 : 4) == 0;
}

/* All of the whole, as a text in Chinese says it: 全市, of a province 全省. */
static const char *
all_of(const Area *of)
{
	static const char *const levels[][2] = {{"省", "全省"}, {"区", "全区"}, {"县", "全县"}, {"旗", "全旗"}, {"州", "全州"}, {"盟", "全盟"}};

	for (size_t i = 0; of->code && i < sizeof levels / sizeof *levels; i++)
		if (ends_in(of->name, levels[i][0]) && (strcmp(levels[i][0], "州") != 0 || ends_in(of->name, "自治州")))
			return levels[i][1];
	return "全市";
}

/* Text in UTF-8: as it is, or read as GB18030, as Excel saves it. */
static char *
as_utf8(char *text, const char *name)
{
	iconv_t		convert = iconv_open("UTF-8", "UTF-8");
	size_t		left = strlen(text);
	size_t		room = left * 4 + 1;
	char	   *result = need(room);
	char	   *from = text;
	char	   *to = result;

	if (iconv(convert, &from, &left, &to, &room) == (size_t) -1)
	{
		iconv_close(convert);
		convert = iconv_open("UTF-8", "GB18030");
		from = text;
		left = strlen(text);
		to = result;
		room = left * 4 + 1;
		if (convert == (iconv_t) -1 || iconv(convert, &from, &left, &to, &room) == (size_t) -1)
			fail(EXIT_FAILED, TEXT("%s is neither UTF-8 nor GB18030", "%s 既不是 UTF-8 也不是 GB18030 编码"), name);
	}
	*to = '\0';
	iconv_close(convert);
	free(text);
	return result;
}

/* Another area that reports; false if the text is none. */
static bool
add_area(const char *text)
{
	Area		next;

	if (!read_area(text, &next))
		return false;
	/* what is behind it without a code is no part of its name */
	for (const char *c = next.name; *c; c++)
		if ((unsigned char) *c >= 0x80 && separator(c) > 0)
			return false;
	area = need_more(area, sizeof *area * (size_t) (areas + 1));
	area[areas++] = next;
	return true;
}

/* Take the lines of a file as areas: not empty ones, not comments, not a heading. */
static void
read_areas(const char *name)
{
	FILE	   *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
	char	   *text;
	char	   *rest;
	size_t		length;
	int			number = 0;

	if (!file)
		fail(EXIT_FAILED, TEXT("cannot open %s: %s", "无法打开%s：%s"), name, strerror(errno));
	text = need(LARGEST + 1);
	length = fread(text, 1, LARGEST, file);
	if (ferror(file) || length == LARGEST || memchr(text, '\0', length))
		fail(EXIT_FAILED, TEXT("%s is no list of areas as text: one a line, code and name", "%s 不是文本形式的区划清单：每行一个，代码和名称"), name);
	if (file != stdin)
		fclose(file);
	text = as_utf8(text, name);
	rest = text;
	for (char *line; (line = strsep(&rest, "\n"));)
	{
		Area		next;

		number++;
		if (number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0)
			line += 3;
		while (isspace((unsigned char) *line))
			line++;
		if (*line == '\0' || *line == '#')
			continue;
		if (read_area(line, &next) && strcasecmp(next.code, "code") != 0)
			add_area(line);
		else if (number > 1)
			fail(EXIT_FAILED, TEXT("%s, line %d: \"%s\" is no code and name", "%s 第%d行：“%s”不是代码加名称"), name, number, line);
	}
	free(text);
}

/* Take "320402 天宁区, 320404 钟楼区", or the name of a file; false, and none taken, after saying what is no area. */
static bool
take_areas(char *answer)
{
	char	   *at = answer;

	if (access(answer, R_OK) == 0)
	{
		read_areas(answer);
		return true;
	}
	while (*at)
	{
		char	   *end = at;
		size_t		length = 0;

		/* a separator with a code behind it begins the next */
		while (*end)
		{
			size_t		skip;

			length = separator(end);
			if (length > 0 && end > at && *end != ' ' && *end != '\t')
			{
				Area		next;

				for (skip = length; separator(end + skip) > 0;)
					skip += separator(end + skip);
				if (end[skip] == '\0' || read_area(end + skip, &next))
					break;
			}
			end += length > 0 ? length : 1;
		}
		length = separator(end);
		if (*end)
		{
			*end = '\0';
			end += length;
		}
		if (!add_area(at))
		{
			say_warning(TEXT("\"%s\" is no code and name", "“%s”不是代码加名称"), at);
			areas = 0;
			return false;
		}
		at = end;
		while (separator(at) > 0)
			at += separator(at);
	}
	return true;
}

/* What the options say of areas, before anything is made. */
static void
take_options(void)
{
	if (city && !read_area(city, &whole))
		exit(usage_error(TEXT("--city=%s: it takes a code and a name", "--city=%s：应为代码加名称"), city));
	if (areas_file)
		read_areas(areas_file);
	for (int i = 0; i < area_options.count; i++)
		if (!add_area(area_options.item[i]))
			exit(usage_error(TEXT("--area=%s: it takes a code and a name", "--area=%s：应为代码加名称"), area_options.item[i]));
}

/* ------------------------------------------------------------------ questions */

/* Is each of the packs one that can be loaded? What is wrong is said. */
static bool
are_packs(void)
{
	char	   *list = need_copy(packs ? packs : "");
	char	   *rest = list;
	bool		fine = true;

	for (char *name; fine && (name = strsep(&rest, ", "));)
		fine = *name == '\0' || pack_is_there(name);
	free(list);
	return fine;
}

/* Ask on the terminal; the answer without the blanks around it, to be freed, NULL for an empty one. */
static char *
ask(const char *number, const char *of, const char *question, const char *usual)
{
	char	   *numbered = need_format("%s/%s  %s", number, of, question);
	char	   *line = NULL;
	size_t		room = 0;
	ssize_t		length;
	char	   *start;

	write_wrapped(stderr, numbered, 0, 0, terminal_width(stderr));
	free(numbered);
	if (usual)
		fprintf(stderr, "[%s] ", usual);
	fputs("> ", stderr);
	errno = 0;
	length = getline(&line, &room, stdin);
	if (length < 0)
	{
		fputc('\n', stderr);
		task_stop_if_asked();
		free(line);
		return NULL;
	}
	while (length > 0 && isspace((unsigned char) line[length - 1]))
		line[--length] = '\0';
	for (start = line; isspace((unsigned char) *start);)
		start++;
	memmove(line, start, strlen(start) + 1);
	if (*line)
		return line;
	free(line);
	return NULL;
}

/* May the user have sessions load the library, and do they not yet? */
static bool
may_preload(void)
{
	char	   *may = db_value("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper AND NOT emgov_internal.rewrite_preloaded()", 0);
	bool		result = may != NULL;

	free(may);
	return result;
}

static void
questions(void)
{
	bool		ask_preload = !preload && may_preload();
	const char *number = ask_preload ? "4" : "3";
	char	   *answer;

	if (!city)
	{
		while ((answer = ask("1", number, TEXT("The city, its GB/T 2260 code and name, such as 320400 常州市 (empty: none)",
											   "城市的行政区划代码和名称，如 320400 常州市（回车跳过）"), NULL)) && !read_area(answer, &whole))
		{
			say_warning(TEXT("\"%s\" is no code and name", "“%s”不是代码加名称"), answer);
			free(answer);
		}
		city = answer;
	}
	while (areas == 0 && !areas_file &&
		   (answer = ask("2", number, TEXT("Its districts and counties: codes and names, with commas between, or a file (empty: none)",
										   "下辖区县：代码和名称，以逗号分隔，或一个文件名（回车跳过）"), NULL)))
	{
		take_areas(answer);
		free(answer);
	}
	if (!packs)
	{
		static const Column columns[] = {{{"pack", "定义包"}, LEFT}, {{"brings", "内容"}, LEFT}};
		PGresult   *result = db_query("SELECT name, CASE WHEN $1 = 'en' THEN document->>'title_en' ELSE document->>'title_zh' END FROM emgov.shipped_pack ORDER BY name COLLATE \"C\"",
									  1, words_code());

		say("%s", "");
		table_put_result(result, columns);
		PQclear(result);
		fflush(stdout);
		do
		{
			packs = ask("3", number, TEXT("Definitions to load, with commas between", "载入哪些定义包，以逗号分隔"), USUAL_PACKS);
			if (!packs)
				packs = USUAL_PACKS;
		} while (!are_packs());
	}
	if (ask_preload)
	{
		answer = ask("4", number, TEXT("Have each session of this database answer queries from rollups (session_preload_libraries)? yes or no",
									   "本库的每个会话自动用汇总表回答查询（session_preload_libraries）？yes 或 no"), "yes");
		preload = answer ? tolower((unsigned char) *answer) == 'y' || strcmp(answer, "是") == 0 : !feof(stdin);
		free(answer);
	}
}

/* ------------------------------------------------------------------ what is made */

static void
make_extension(void)
{
	PGresult   *result;
	char	   *word;

	if (db_extension())
		return;
	result = db_try("CREATE EXTENSION emgov", 0);
	if (!db_ok(result))
	{
		word = shell_word(PQdb(db_connect()));
		if (db_state(result, "42501"))
			db_say_error(result, TEXT("A superuser makes it, once:  psql -d %s -c 'CREATE EXTENSION emgov'", "由超级用户执行一次：psql -d %s -c 'CREATE EXTENSION emgov'"), word);
		else if (db_state(result, "0A000") || db_state(result, "58P01") || db_state(result, "22023"))
			db_say_error(result, TEXT("Install it on the machine of the server:  make && make install", "请先在服务器所在机器上安装：make && make install"));
		else
			db_failed(result);
		exit(EXIT_FAILED);
	}
	PQclear(result);
	tell(TEXT("extension emgov %s: made\n", "扩展 emgov %s：已建立\n"), db_extension());
}

/*
 * Have sessions load the library from their start, beside what they load: only then are queries
 * answered from rollups.  Or say how, once: the database's setting is a superuser's.
 */
static void
make_preload(void)
{
	char	   *there = db_value("SELECT 1 WHERE emgov_internal.rewrite_preloaded()", 0);
	char	   *command;

	if (there)
	{
		free(there);
		return;
	}
	if (!preload)
	{
		say(TEXT("Queries are answered from rollups in sessions that load emgov. A superuser has all do so, once:  emgov init --preload",
				 "会话加载 emgov 后，查询自动使用汇总表。由超级用户执行一次：emgov init --preload"));
		return;
	}
	if (!may_preload())
		fail(EXIT_FAILED, TEXT("--preload: session_preload_libraries is a superuser's to set", "--preload：session_preload_libraries 需由超级用户设置"));
	command = db_value("SELECT format('ALTER DATABASE %I SET session_preload_libraries = %s', current_database(), string_agg(quote_literal(l), ', ' ORDER BY n))"
					   " FROM (SELECT btrim(l, ' \"'), n FROM unnest(string_to_array(current_setting('session_preload_libraries'), ',') || 'emgov'::text) WITH ORDINALITY AS l (l, n)) AS s (l, n)"
					   " WHERE l <> ''", 0);
	db_do(command, 0);
	tell(TEXT("session_preload_libraries: set, sessions from now on answer queries from rollups\n", "session_preload_libraries：已设置，此后的会话自动用汇总表回答查询\n"));
	free(command);
}

static void
make_ledger(void)
{
	if (db_has_ledger())
	{
		tell(TEXT("ledger \"%s\": there\n", "台账“%s”：已存在\n"), ledger_name);
		return;
	}
	fflush(stdout);
	say(TEXT("Making the ledger; that takes some seconds.", "正在建立台账，需要几秒钟。"));
	db_do("CALL emgov.create_ledger(@name@)", 0);
	tell(TEXT("ledger \"%s\": made\n", "台账“%s”：已建立\n"), ledger_name);
}

/* Write an area; gives whether it is new. */
static bool
make_area(const Area *new, const char *kind, const char *parent, bool block)
{
	char	   *made = db_value("INSERT INTO @ledger@.area (code, gb2260, name_zh, kind, parent_code, is_block, name_en) SELECT $1, $2, $3, $4, $5, $6::boolean, $7"
								" WHERE NOT EXISTS (SELECT FROM @ledger@.area WHERE code = $1) RETURNING code",
								7, new->code, is_gb2260(new->code) ? new->code : NULL, new->name, kind, parent, block ? "true" : "false", new->english);
	bool		is_new = made != NULL;

	free(made);
	return is_new;
}

static void
make_areas(void)
{
	int			made = 0;
	int			there = 0;

	if (whole.code)
		make_area(&whole, strcmp(kind_of(&whole), "province") == 0 ? "province" : "city", NULL, areas == 0) ? made++ : there++;
	for (int i = 0; i < areas; i++)
	{
		if (whole.code && is_gb2260(whole.code) && is_gb2260(area[i].code) && !is_within(&area[i], &whole))
			say_warning(TEXT("%s %s is by its code not of %s", "按代码看，%s %s 不属于%s"), area[i].code, area[i].name, whole.name);
		make_area(&area[i], kind_of(&area[i]), whole.code, true) ? made++ : there++;
	}
	if (made + there > 0)
		tell(TEXT("areas: %d made, %d there\n", "区划：新建%d个，已有%d个\n"), made, there);
}

/* The bureau's name: as given, else after the city. */
static void
name_bureau(void)
{
	char	   *name;

	if (!bureau && !whole.code)
		return;
	name = bureau ? need_copy(bureau) : need_format("%s%s", whole.name, strcmp(kind_of(&whole), "province") == 0 ? "应急管理厅" : "应急管理局");
	db_do("UPDATE @ledger@.organisation SET name_zh = $1, area_code = coalesce($2, area_code) WHERE code = 'bureau' AND (name_zh, area_code) IS DISTINCT FROM ($1, coalesce($2, area_code))",
		  2, name, whole.code);
	free(name);
}

static void
make_packs(void)
{
	char	   *list = need_copy(packs ? packs : "");
	char	   *rest = list;

	for (char *name; (name = strsep(&rest, ", ")); )
		if (*name && pack_load(name) != EXIT_FINE)
			exit(EXIT_FAILED);
	free(list);
}

/* Some, or none so far where an area has not been heard of: nobody knows that there were none. */
#define SOME "F036 || F036.state=part_members || F036.state=part_period"

/* 全市, or as all_of() has it */
#define ALL_OF "全市"

/* The paragraphs of a first report, each where the indicator is that it is about. */
static const struct
{
	const char *indicator;
	const char *section;
	Words		heading;
	Words		body;
}			paragraphs[] =
{
	{"F028", "1", {"1. Accidents", "一、事故情况"},
		{"{period.full}: [F028.known?[F028?{F028.phrase}; {F030.phrase}|no accidents]. [" SOME "?Larger accidents: {F036}|There were no larger accidents]|accidents are not known yet].",
		"{period.full}，[F028.known?" ALL_OF "[F028?发生生产安全事故{F028.phrase}；死亡{F030.phrase}|未发生生产安全事故]。[" SOME "?其中较大事故{F036}|未发生较大事故]|事故情况尚无数据]。"}},
	{"A006", "1", {"1. Accidents", "一、事故情况"},
		{"On the roads: {A006}, {A007}. In construction: {A141}, {A142}.", "道路运输事故{A006}、死亡{A007}；建筑业事故{A141}、死亡{A142}。"}},
	{"F028", "1", {"1. Accidents", "一、事故情况"}, {"{table F028,F030 by area}", "{table F028,F030 by area}"}},
	{"F049", "2", {"2. Inspections", "二、执法检查"},
		{"Inspected were {F049}, and found {F051}, of which {F052}. Filed were {F053}.", "检查企业{F049}，发现问题隐患{F051}，其中重大事故隐患{F052}；立案查处{F053}。"}}
};

/* A report to begin with, if there is none and the packs bring what it speaks of; gives whether it was made. */
static bool
make_report(void)
{
	char	   *title;
	char	   *known = db_value("SELECT count(*) FROM @ledger@.indicator WHERE code IN ('F028', 'F049') HAVING count(*) > 0 AND NOT EXISTS (SELECT FROM @ledger@.report)", 0);

	if (no_report || !known)
		return false;
	free(known);
	title = whole.code ? need_format("%s安全生产情况", whole.name) : need_copy("安全生产情况");
	db_do("INSERT INTO @ledger@.report (code, title_zh, title_en, lang) VALUES ('" FIRST_REPORT "', $1, 'Work safety', $2)", 2, title, words_code());
	for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
	{
		const char *body = words(paragraphs[i].body);
		const char *all = strstr(body, ALL_OF);
		char	   *said = all ? need_format("%.*s%s%s", (int) (all - body), body, all_of(&whole), all + strlen(ALL_OF)) : need_copy(body);
		char	   *there = db_value("SELECT 1 FROM @ledger@.indicator WHERE code = $1", 1, paragraphs[i].indicator);

		if (!there)
		{
			free(said);
			continue;
		}
		free(there);
		/* in Chinese it has its English beside it */
		db_do("INSERT INTO @ledger@.report_section (report, section, heading, heading_en) SELECT '" FIRST_REPORT "', $1::int, $2, nullif($3, $2) ON CONFLICT DO NOTHING",
			  3, paragraphs[i].section, words(paragraphs[i].heading), paragraphs[i].heading.en);
		db_do("INSERT INTO @ledger@.report_paragraph (report, section, ordinal, body, body_en)"
			  " SELECT '" FIRST_REPORT "', $1::int, count(*) + 1, $2, nullif($3, $2) FROM @ledger@.report_paragraph WHERE report = '" FIRST_REPORT "' AND section = $1::int",
			  3, paragraphs[i].section, said, paragraphs[i].body.en);
		free(said);
	}
	tell(TEXT("report \"%s\": made, %s\n", "报告“%s”：已建立，%s\n"), FIRST_REPORT, title);
	free(title);
	return true;
}

/* What the first report says of the month before, and what comes next: each table that it is counted from, then the report. */
static void
first_report(void)
{
	/* with what a list of one's own does not say: that it is of the bureau, and of its yearly plan */
	static const char *const sources[][3] = {{"F028", "accident", ""}, {"F049", "inspection", " --set=org_code=bureau --set=programme_code=bureau_plan"},
	{"F051", "hazard", " --set=programme_code=bureau_plan"}, {"F053", "enforcement_case", " --set=org_code=bureau"}};
	char	   *month = db_value("SELECT to_char(now() - interval '1 month', 'YYYY-MM')", 0);
	char	   *last_day = db_value("SELECT date_trunc('month', now())::date - 1", 0);
	PGresult   *text = db_query("SELECT CASE WHEN lag(section) OVER w IS DISTINCT FROM section THEN heading END, body"
								" FROM @ledger@.report_text('" FIRST_REPORT "', $1::text) WINDOW w AS (ORDER BY section, ordinal)", 1, month);
	char	   *same = same_ledger();

	put("\n");
	for (int row = 0; row < PQntuples(text); row++)
	{
		if (!PQgetisnull(text, row, 0))
			put_in(BOLD, "%s\n", PQgetvalue(text, row, 0));
		put_wrapped(PQgetvalue(text, row, 1), 0, 0);
	}
	put(TEXT("\nA — stands for what is not known yet. Next:\n", "\n“—”表示尚无数据。接下来：\n"));
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
	{
		char	   *there = db_value("SELECT 1 FROM @ledger@.indicator AS i WHERE i.code = $1 AND EXISTS (SELECT FROM @ledger@.report_paragraph AS p"
									 " WHERE p.report = '" FIRST_REPORT "' AND EXISTS (SELECT FROM unnest(p.needs) AS n WHERE n ~ ('^' || $1 || '($|[@/ ])')))", 1, sources[i][0]);

		if (there)
			put("  emgov import %s FILE.xlsx --entered=%s%s%s\n", sources[i][1], last_day, sources[i][2], same);
		free(there);
	}
	put("  emgov report " FIRST_REPORT " %s -o " FIRST_REPORT ".docx%s\n", month, same);
	put("  emgov publish " FIRST_REPORT " %s%s\n", month, same);
	PQclear(text);
	free(last_day);
	free(month);
	free(same);
}

static int
run(int argc, char **argv)
{
	char	   *known;
	bool		first;

	(void) argc;
	(void) argv;
	take_options();
	db_connect();

	db_do("BEGIN", 0);
	make_extension();
	if (!are_packs())
		return EXIT_FAILED;
	make_ledger();
	db_do("COMMIT", 0);
	db_ledger();

	known = db_value("SELECT 1 FROM @ledger@.area LIMIT 1", 0);
	if (!known && !no_questions && terminal_width(stderr) > 0 && isatty(STDIN_FILENO))
	{
		fflush(stdout);
		questions();
	}
	free(known);

	db_do("BEGIN", 0);
	make_packs();
	/* areas and the report have been so for as long as anybody asks, while nothing is published */
	db_do("SELECT set_config('emgov.known_at', '-infinity', true) WHERE NOT EXISTS (SELECT FROM @ledger@.publication)", 0);
	make_areas();
	first = make_report();
	db_do("SET LOCAL emgov.known_at TO DEFAULT", 0);
	name_bureau();
	make_preload();
	db_do("COMMIT", 0);
	if (first && !say_quiet)
		first_report();
	return EXIT_FINE;
}

static const char *const examples[] = {
	"emgov init -d bureau",
	"emgov init -d bureau --city='320400 常州市' --areas=areas.csv --packs=accidents-bulletin,enforcement", NULL
};

const Command command_init = {
	.name = "init",
	.summary = {"Make the extension and a ledger, with its city, areas and definitions.", "建立扩展和台账，录入城市、区县，载入定义包。"},
	.about = {"What is there already stays as it is, so it can be run again. On a terminal it asks for what is not given, three questions or four, and shows a first report. "
			  "The extension is made by a superuser; a ledger by anybody who may create in the database.",
			  "已有的保持不变，可重复运行。在终端上会就未给出的内容提三四个问题，并显示第一份报告。建立扩展需要超级用户；建立台账只需对数据库有 CREATE 权限。"},
	.examples = examples,
	.options = options,
	.run = run
};
