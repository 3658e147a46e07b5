/*
 * server_words.c: what the server says, in Chinese
 *
 * The extension's messages are English, as the server's are. Those that the commands meet every day stand here a second time.
 * In a pattern * is a part that varies; %1 to %9 stand for these parts.
 */
#include "server_words.h"

#include "ledger.h"
#include "task.h"
#include "words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum
{
	MOST_PARTS = 9, LONGEST = 2000
};

static const struct
{
	const char *said;
	const char *zh;
}			known[] = {
	/* reports and publications */
	{"there is no report \"*\"", "没有报告“%1”"},
	{"there was no report * as of *", "截至 %2 尚无报告 %1"},
	{"report \"*\" is no longer published", "报告“%1”已停用，不再发布"},
	{"report \"*\" has no figures", "报告“%1”没有指标"},
	{"report \"*\" has figures without all their data", "报告“%1”有数据不全的指标"},
	{"report \"*\" fails checks: *", "报告“%1”核对未通过：%2"},
	{"report \"*\" for * is not approved", "报告“%1”（%2）尚未批准"},
	{"report \"*\" for * is approved no longer: its figures or its text have changed", "报告“%1”（%2）批准后数字或正文已变，须重新批准"},
	{"report \"*\" is made for a whole month, not for * to *", "报告“%1”按月编制，不适用于 %2 至 %3"},
	{"report \"*\" is made for a whole quarter, not for * to *", "报告“%1”按季编制，不适用于 %2 至 %3"},
	{"report \"*\" is made for a whole half of a year, not for * to *", "报告“%1”按半年编制，不适用于 %2 至 %3"},
	{"report \"*\" is made for a whole year, not for * to *", "报告“%1”按年编制，不适用于 %2 至 %3"},
	{"report \"*\" is made for a year up to a day, not for * to *", "报告“%1”按年初至某日编制，不适用于 %2 至 %3"},
	{"Write '*', or another such period; in SQL emgov.period('*').", "请写“%1”或其他同类时期；SQL 中写 emgov.period('%2')。"},
	{"report \"*\" is of scope *, and these figures are not: *", "报告“%1”的口径为 %2，以下指标不是：%3"},
	{"figures that cannot be computed are not published: *", "有指标无法计算，不予发布：%1"},
	{"user \"*\" has declared what the records of report \"*\" cover, and so cannot approve it", "用户“%1”申报过报告“%2”的数据范围，不能批准"},
	{"user \"*\" has entered reported figures of report \"*\", and so cannot approve it", "用户“%1”录入过报告“%2”的上报数字，不能批准"},
	{"user \"*\" may see only some of the rows of \"*\"", "用户“%1”只能看到“%2”的部分行"},
	{"there is no publication *", "没有第%1号发布"},
	{"The last one is *.", "最后一次发布是第%1号。"},
	{"several reports were published for *: which of them is the base?", "%1 发布过多份报告：以哪一份为基数？"},
	{"another transaction is publishing ledger \"*\", or writing to it as known at another time", "另一会话正在发布台账“%1”，或正在补录"},
	{"another transaction has been writing to the ledger for longer than * allows", "另一事务写入台账的时间超过了 %1 的限制"},
	{"indicator * cannot be computed: *", "指标 %1 无法计算：%2"},
	{"there is no indicator *", "没有指标 %1"},
	{"there is no dimension *", "没有维度 %1"},
	{"nothing is known yet as of *", "截至 %1 尚无任何数据"},
	{"as_of must be a moment, not *", "时点不能是 %1"},
	{"Leave as_of out for what is known now.", "不写时点即为此刻所掌握的数据。"},
	{"as of the first moment of *: what was known by the end of *", "时点为 %1 零时：即 %2 日终所掌握的数据"},
	{"checks of report \"*\" warn: *", "报告“%1”核对提示：%2"},
	{"Enter what is missing and CALL entered(), or publish it so with allow_gaps => true, which is printed.",
	"请补录缺少的数据并 CALL entered()；或以 allow_gaps => true 照此发布（发布中注明）。"},
	{"Correct the records or the rules, or publish it in spite of them with force_reason => 'why', which is printed.",
	"请更正记录或规则；或以 force_reason => '理由' 仍予发布（发布中注明）。"},
	{"Correct their definitions, or leave them out of the report: *", "请更正其定义，或从报告中去掉：%1"},
	/* why a figure has no value, or is not compared; what is lacking */
	{"its source covers no day of it", "该期间数据来源未报"},
	{"its series has no value for this period", "该期间无指标值"},
	{"its server cannot be reached", "所在服务器无法连接"},
	{"the server of * cannot be reached", "%1 所在服务器无法连接"},
	{"no data of *", "缺 %1 的数据"},
	{"nobody has sent it", "无人报送"},
	{"no day of it was sent by all who sent any", "没有一天是各单位都报送的"},
	{"its source covers * days of it", "来源仅有其中 %1 天的数据"},
	{"its source covers * to *", "来源仅有 %1 至 %2 的数据"},
	{"sent of * days of it", "仅报送 %1 天"},
	{"sent of different days: by all of *", "报送期不一，各单位都报送的仅 %1 天"},
	{"sent of * to *", "仅报送 %1 至 %2"},
	{"records that name no area are not among it: *", "不含未注明区域的记录%1条"},
	{"records that name no area are not among it", "不含未注明区域的记录"},
	{"what was counted there cannot be told from the rest", "其中已统计的无法从合计中剔除"},
	{"there is no such day a year earlier", "上年没有这一天"},
	{"a change from 0, or below 0, has no percentage", "基数不大于零，无增减率"},
	{"counted by regime *, and * by *", "本期按 %1 制度统计，%2按 %3 制度统计，不可比"},
	{"a year earlier", "上年同期"},
	{"its base", "基期"},
	{"nothing to be divided by", "分母为零，无法计算"},
	{"* was not published", "%1 未发布"},
	{"base: *", "基数：%1"},
	{"* members", "%1个成员"},
	{"* of * [*,*) (*)", "%1（%2，%3 至 %4 前，%5）"},
	{"* [*,*) (*)", "%1（%2 至 %3 前，%4）"},
	/* checks that the ledger makes by itself; what is wrong with a publication */
	{"members of * = total, of * figures", "各%1之和 = 合计，%2个指标"},
	{"members of * = total, of * figures: *", "各%1之和 = 合计，%2个指标：%3"},
	{"members of * = total: *", "各%1之和 = 合计：%2"},
	{"members *", "%1合计"},
	{"* counted = reported", "%1 记录数 = 上报数"},
	{"reported *", "上报数 %1"},
	{"*: NOT (*)", "%1 不得有：%2"},
	{"expected_hash", "库外保存的摘要"},
	{"publication", "发布"},
	{"missing", "缺失"},
	/* periods */
	{"invalid period: \"*\"", "不是有效的时期：“%1”"},
	{"period ends before it begins: \"*\"", "时期的结束早于开始：“%1”"},
	{"period is empty: \"*\"", "时期为空：“%1”"},
	{"period out of range: \"*\"", "时期超出范围：“%1”"},
	{"period of no year: \"*\"", "时期没有写明年份：“%1”"},
	{"a figure is of no period without an end: *", "指标的时期须有结束日：%1"},
	/* records */
	{"* of a record of \"*\" cannot be *: that day is yet to come", "%2 的 %1 不能是 %3：这一天还没有到"},
	{"* of a record of \"*\" cannot be \"*\"", "%2 的 %1 不能是“%3”"},
	{"* of a record of \"*\" cannot be *", "%2 的 %1 不能是 %3"},
	{"Today is * in the ledger's time zone.", "按台账所在时区，今天是 %1。"},
	{"A day is from * on, and before 2200-01-01.", "日期应不早于 %1，早于 2200-01-01。"},
	{"A day that is not known yet is NULL. Was the year mistyped?", "尚不知道的日期请留空。年份是否写错？"},
	{"Enter what has happened. Was the year mistyped?", "只录入已经发生的。年份是否写错？"},
	{"a record of \"*\" does not become * without a ground", "%1 的记录改为 %2 须写明理由"},
	{"What no longer counts says why in its column note.", "不再计入的记录，请在 note 列写明原因。"},
	{"\"*\" is no credit code: *", "“%1”不是统一社会信用代码：%2"},
	{"it is empty", "为空"},
	{"* characters instead of 18, and position * is *, which no code contains", "应为18位，实为%1位；第%2位是%3，代码中没有这个字符"},
	{"* character instead of 18, and position * is *, which no code contains", "应为18位，实为%1位；第%2位是%3，代码中没有这个字符"},
	{"* characters instead of 18", "应为18位，实为%1位"},
	{"* character instead of 18", "应为18位，实为%1位"},
	{"position * is *, but a code consists of digits and of capital letters other than I, O, S, V and Z", "第%1位是%2，代码只用数字和大写字母（I、O、S、V、Z 除外）"},
	{"position 1 is *, but the codes of the registering departments are 1 to 9, A, N and Y", "第1位是%1，登记管理部门代码应为 1 至 9、A、N 或 Y"},
	{"position 2 is *, but the category of an organisation is a digit", "第2位是%1，机构类别代码应为数字"},
	{"position * is *, but positions 3 to 8, the division of the registering office, are digits", "第%1位是%2，第3至8位为登记机关行政区划码，应为数字"},
	{"position 17, the check character of the organisation code in positions 9 to 17, is * and should be \"*\"", "第17位（组织机构代码的校验码）是%1，应为“%2”"},
	{"position 18, the check character of the whole code, is * and should be \"*\"", "第18位（校验码）是%1，应为“%2”"},
	{"both check characters are wrong: position 17, of the organisation code, is * and should be \"*\"; position 18, of the whole code, is \"*\" and should be \"*\"",
	"两个校验码都不对：第17位是%1，应为“%2”；第18位是“%3”，应为“%4”"},
	{"A credit code has 18 characters, digits and capital letters.", "统一社会信用代码为18位数字和大写字母。"},
	{"Some codes issued before 2016 fail their own check.", "2016年以前颁发的个别代码本身就不符合校验。"},
	{"* on \"*\" is refused: a fact is kept with all its versions", "%2：记录及其历史版本不可删除"},
	{"* on \"*\" is refused: it is written by the ledger itself", "%2 由台账自动写入，不能手工更改"},
	{"a figure cannot have been received on *: that day is yet to come", "上报数字的收到日期不能是 %1：这一天还没有到"},
	{"\"*\" and \"*\", one of which contains the other, cannot both report * of the same days", "“%1”与“%2”互相包含，不能同时上报同一时期的 %3"},
	{"They would be added up twice. Withdraw the one, or make an indicator for it.", "否则会重复相加。请撤销其中一个，或另设指标。"},
	{"\"*\" cannot be entered through *: that day is yet to come", "“%1”不能登记为已录入至 %2：这一天还没有到"},
	{"Name the last day of which all records are entered.", "请写已全部录入的最后一天。"},
	{"no days lie from * to *", "%1 至 %2 之间没有一天"},
	{"there is no area *", "没有区域 %1"},
	{"there is no source and no report \"*\"", "没有数据来源或报告“%1”"},
	{"emgov.known_at must be a moment in the past, not \"*\"", "知悉时间须在过去，不能是“%1”"},
	{"only the owner of table \"*\" may write rows as known at another time", "只有表“%1”的所有者可以按其他知悉时间写入"},
	{"\"*\" has no partition for area \"*\", which data are expected of", "“%1”没有区域 %2 的分区，而该区域应有数据"},
	{"\"*\" has no partition for any area", "“%1”没有任何区域的分区"},
	{"What records it had is in no figure.", "其记录不会计入任何指标。"},
	{"The records of that area would be in no figure.", "该区域的记录不会计入任何指标。"},
	{"area \"*\" (*) was no longer there on *", "区域“%2”（%1）在 %3 已不存在"},
	{"organisation \"*\" (*) was no longer there on *", "单位“%2”（%1）在 %3 已不存在"},
	{"accident_category \"*\" (*) was no longer there on *", "事故类别“%2”（%1）在 %3 已停用"},
	{"Its last day is *. It became \"*\" (*)", "它已于 %1 撤销，由“%3”（%2）接替"},
	{"Its last day is *.", "它已于 %1 撤销。"},
	{"Name the one that took its place.", "请改填接替它的。"},
	{"area \"*\" is not in force in the period from * to *", "区域“%1”在 %2 至 %3 期间不存续"},
	{"* \"*\" is not in force in the period from * to *", "“%2”（%1）在 %3 至 %4 期间不存续"},
	{"It is retired: active is false.", "它已停用（active 为 false）。"},
	{"It was until *.", "它存续至 %1。"},
	{"It is from * on.", "它自 %1 起存在。"},
	{"It is from * until *.", "它存续期为 %1 至 %2。"},
	/* rules of tables, by their names */
	{"industry is not blank", "行业门类代码不能为空白"},
	{"it is reported after it occurred", "接报日期不得早于发生日期"},
	{"minor: less than 105 lost_workdays", "轻伤的损失工作日应少于105"},
	{"uscc: 18 digits and capital letters", "统一社会信用代码为18位数字和大写字母"},
	{"an enterprise has a credit code, or an identifier", "企业须有统一社会信用代码或其他代码"},
	{"an identifier has its scheme", "其他代码须写明种类"},
	{"a person has a person_key, and no identifier", "个人须有个人标识，不填其他代码"},
	{"a person, and nobody else, has a person_key", "只有个人才有个人标识，且必填"},
	{"code is not blank", "代码不能为空白"},
	{"deadline, rectified: not before found_on; rechecked after that", "整改期限、整改日期不得早于发现日期，复查日期不得早于整改"},
	{"it is rechecked after it was rectified", "复查日期不得早于整改日期"},
	{"it is closed after it was rechecked", "销号日期不得早于复查日期"},
	{"hazard_supervision: deadline and lifted_on not before listed_on", "督办期限、摘牌日期不得早于挂牌日期"},
	{"decided_on, closed_on, collected_on are not before filed_on", "决定、结案、执行到位日期不得早于立案日期"},
	{"only a case of simple procedure, decided, has no filed_on", "只有已作决定的简易程序案件可以没有立案日期"},
	{"what was never filed is closed and collected after decided_on", "未立案的案件，结案、执行到位日期不得早于决定日期"},
	{"a case with an outcome has decided_on", "有处理结果的案件须有决定日期"},
	{"fine is an amount, not negative", "罚没金额不能为负"},
	{"no day of a permit is before applied_on", "许可的各日期不得早于申请日期"},
	{"an application is granted, refused, rejected or withdrawn: one", "一件申请只能准予、不予许可、不予受理、撤回其中之一"},
	{"what is rejected is not accepted", "不予受理的申请不应有受理日期"},
	{"what is decided on was accepted before", "作出决定的申请须已受理"},
	{"only a permit that was granted is revoked or cancelled, or ends", "只有已准予的许可才有撤销、注销或届满日期"},
	{"a permit is revoked or cancelled, or ends, after it is granted", "撤销、注销、届满日期不得早于准予日期"},
	{"submitted, approved, closed: in this order after opened_on", "提交、批复、结案日期应依次不早于成立调查组的日期"},
	{"it is closed, published, evaluated once it is approved", "批复之后方可结案、公布、评估"},
	{"it is of a subject or of a person", "应写明单位或人员之一"},
	{"amount and case are of a penalty", "只有行政处罚才有金额和案件"},
	{"inspection_plan: ends_on is after starts_on", "计划的结束日期不得早于开始日期"},
	{"inspection_plan: some visits are planned", "计划检查家次应大于零"},
	{"inspection_task: due_on is not before assigned_on", "任务期限不得早于下达日期"},
	/* packs */
	{"pack \"*\" *: * rows added, * changed, * removed", "定义包“%1” %2：新增%3行，更改%4行，删除%5行"},
	{"pack \"*\" * is loaded already, nothing was changed", "定义包“%1” %2 已载入，未作更改"},
	{"pack \"*\" is not loaded", "定义包“%1”未载入"},
	{"pack \"*\" is needed by *", "定义包“%1”仍为 %2 所用"},
	{"Unload that first.", "请先卸载后者。"},
	{"Loaded are *.", "已载入：%1。"},
	{"No pack is loaded.", "尚未载入任何定义包。"},
	{"pack \"*\" needs pack \"*\", which is not loaded", "定义包“%1”需要定义包“%2”，后者未载入"},
	{"pack \"*\" is loaded in version *, which is newer than *", "定义包“%1”已载入版本 %2，比 %3 新"},
	{"rows of pack \"*\" that differ here, and stay as they are: *", "定义包“%1”中有%2行在本台账另有内容，保持不变"},
	{"rows of pack \"*\" that stay, for somebody has touched or uses them: *", "定义包“%1”中有%2行已被改动或使用，予以保留"},
	{"They are yours now. Retire what is no longer wanted by active = false.", "它们今后归本台账。不再需要的，将 active 设为 false。"},
	{"this is no pack: *", "这不是定义包：%1"},
	{"docs/pack.schema.json says what a pack is.", "定义包的格式见 docs/pack.schema.json。"},
	/* ledgers and jobs */
	{"ledger \"*\" exists already, nothing was changed", "台账“%1”已存在，未作任何更改"},
	{"schema \"*\" is not empty", "模式“%1”非空"},
	{"schema \"*\" belongs to another user", "模式“%1”属于另一用户"},
	{"there is no job \"*\"", "没有作业“%1”"},
	{"refresh, refresh REPORT, publish REPORT, fold, verify or health, with a report's code for REPORT.", "可写 refresh、refresh 报告、publish 报告、fold、verify 或 health，“报告”为报告代码。"},
	{"* is no time of a job", "%1 不是作业时间"},
	{"Hours are of two digits, 00 to 23.", "小时为两位数，00 至 23。"},
	{"Not every month has a day *.", "并非每月都有%1日。"},
	{"Write '01:00', 'daily 01:00', 'monthly 5 02:00' with a day from 1 to 28, or 'monthly last 23:00'.",
	"请写“01:00”、“daily 01:00”、“monthly 5 02:00”（1 至 28 日）或“monthly last 23:00”。"},
	{"there is no time zone \"*\"", "没有时区“%1”"},
	{"job \"*\" is not scheduled", "作业“%1”未列入计划"},
	{"job \"*\" is no longer expected; take it away where it was put", "作业“%1”已取消；请到安装处一并删除"},
	{"job \"*\" is skipped: another session runs it", "作业“%1”：另一会话正在运行，本次跳过"},
	{"job \"*\" is skipped: another session has just run it", "作业“%1”：另一会话刚刚运行过，本次跳过"},
	{"job \"*\" is not due", "作业“%1”尚未到时间"},
	{"job \"*\" failed: *", "作业“%1”失败：%2"},
	{"job \"*\": every rollup is what its query says", "作业“%1”：各汇总表与来源相符"},
	{"job \"*\": * changes folded", "作业“%1”：合并变更%2条"},
	{"job \"*\": well", "作业“%1”：状况正常"},
	{"job \"*\": * is publication *, hash *", "作业“%1”：%2 发布为第%3号，摘要 %4"},
	{"job \"*\": * is published already, as publication *", "作业“%1”：%2 此前已发布，为第%3号"},
	{"killed: its session, process *, is gone", "中断：其会话（进程 %1）已不存在"},
	{"job \"*\": *", "作业“%1”：%2"},
	{"job *: *", "作业“%1”：%2"},
	{"上次失败：*；尚未成功运行", "上次失败：%1；尚未成功运行"},
	{"上次失败：*；最近成功于 *", "上次失败：%1；最近成功于 %2"},
	{"report \"*\" is made for any period: a job cannot tell which to publish", "报告“%1”适用任意时期：作业无从得知应发布哪一期"},
	{"Name the kind of period: 'publish * month', or year, half, quarter, ytd.", "请写明时期类型：“publish %1 month”，或 year、half、quarter、ytd。"},
	{"report \"*\" is made for a period of kind *, not *", "报告“%1”的时期类型为 %2，不是 %3"},
	{"*: * rows written", "%1：写入%2行"},
	{"*: another session is at it", "%1：另一会话正在处理"}
};

typedef struct Part
{
	const char *text;
	size_t		length;
} Part;

static char *known_words(const char *text);

/* Is a text of a pattern? Its parts that vary, each as short as it can be but not empty; the last reaches to the end of the text where the pattern ends with it. */
static bool
matches(const char *pattern, const char *text, Part *part, int n)
{
	for (; *pattern && *pattern != '*'; pattern++, text++)
		if (*pattern != *text)
			return false;
	if (*pattern == '\0')
		return *text == '\0';
	if (n == MOST_PARTS)
		return false;
	for (size_t length = 1; length <= strlen(text); length++)
	{
		part[n] = (Part) {text, length};
		if (matches(pattern + 1, text + length, part, n + 1))
			return true;
	}
	return false;
}

/*
 * Several messages in one, with a semicolon or a comma between, the last perhaps with a full stop: each in Chinese, or as it is; NULL where the first is not known,
 * nor, of a comma, which may be one of a message itself, another.
 */
static char *
several(const char *text, const char *between, const char *zh_between)
{
	const char *end = strstr(text, between);
	size_t		length = end ? (size_t) (end - text) : strlen(text);
	bool		stops = !end && length > 1 && text[length - 1] == '.' && text[length - 2] == ')';
	char	   *one = need_format("%.*s", (int) (length - stops), text);
	char	   *first = known_words(one);
	char	   *rest = first && end ? several(end + strlen(between), between, zh_between) : NULL;
	char	   *made = !first || (end && !rest && *between == ',') ? NULL :
		end ? need_format("%s%s%s", first, zh_between, rest ? rest : end + strlen(between)) : need_format("%s%s", first, stops ? "。" : "");

	free(one);
	free(first);
	free(rest);
	return made;
}

/* A part by itself; a character that is quoted, perhaps with its number behind it, in quotation marks of Chinese. */
static char *
part_words(const Part *part)
{
	const char *end = part->text + part->length;
	const char *close = *part->text == '"' && part->length > 2 ? memchr(part->text + 1, '"', part->length - 1) : NULL;

	if (close && (close + 1 == end || strncmp(close, "\" (U+", 5) == 0))
		return need_format("“%.*s”%.*s", (int) (close - part->text - 1), part->text + 1, (int) (end - close - 1), close + 1);
	return need_format("%.*s", (int) part->length, part->text);
}

/* The Chinese pattern with the parts in their places; what is a message itself is in Chinese too. */
static char *
fill(const char *pattern, const Part *part)
{
	char	   *made = need_copy("");

	for (const char *next; *pattern; pattern = next)
	{
		char	   *longer;

		next = pattern + strcspn(pattern, "%");
		if (next > pattern)
			longer = need_format("%s%.*s", made, (int) (next - pattern), pattern);
		else
		{
			const Part *p = &part[pattern[1] - '1'];
			char	   *own = part_words(p);
			char	   *zh = strchr(own, ' ') ? server_words(own) : NULL;

			/* what stands in brackets behind days is a state */
			longer = need_format("%s%s", made, zh ? zh : p > part && strcmp(p->text + p->length, ")") == 0 ? ledger_state(own).zh : own);
			free(own);
			free(zh);
			next = pattern + 2;
		}
		free(made);
		made = longer;
	}
	return made;
}

/* One message in Chinese; NULL where nobody has put it into that. */
static char *
known_words(const char *text)
{
	Part		part[MOST_PARTS];

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (matches(known[i].said, text, part, 0))
			return fill(known[i].zh, part);
	return NULL;
}

char *
server_words(const char *text)
{
	char	   *made = NULL;

	if (!words_chinese || !text || strlen(text) > LONGEST)
		return NULL;
	if (strstr(text, "; "))
		made = several(text, "; ", "；");
	if (!made && strstr(text, "), "))
		made = several(text, ", ", "，");
	return made ? made : several(text, "\n\n", "");
}

char *
job_words(const char *message)
{
	/* the messages of a job itself are known with its name in front */
	char	   *named = need_format("job \"-\": %s", message);
	char	   *zh = server_words(message);
	char	   *made = zh ? NULL : server_words(named);
	char	   *behind = made ? strstr(made, "：") : NULL;

	if (!zh)
		zh = need_copy(behind ? behind + strlen("：") : message);
	free(named);
	free(made);
	return zh;
}
