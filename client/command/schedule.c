/* command/schedule.c: emgov schedule */
#include "command/command.h"

#include "connect.h"
#include "ledger.h"
#include "say.h"
#include "server_words.h"
#include "table.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *zone = NULL;

static const Option options[] = {
	{0, "zone", OPTION_TEXT, &zone, "ZONE", {"of add: the time zone of AT (the ledger's)", "add 时：时间所属时区（默认为台账的时区）"}, NULL},
	OPTION_UNREACHABLE,
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* When a job is run, as people say it. */
static char *
said_at(const char *at)
{
	int			day;
	char		time[16];

	if (!words_chinese)
		return need_copy(at);
	if (sscanf(at, "daily %15s", time) == 1)
		return need_format("每日 %s", time);
	if (sscanf(at, "monthly last %15s", time) == 1)
		return need_format("每月末日 %s", time);
	if (sscanf(at, "monthly %d %15s", &day, time) == 2)
		return need_format("每月%d日 %s", day, time);
	return need_copy(at);
}

static const char *
said_state(const char *state)
{
	static const struct
	{
		const char *code;
		Words		word;
	}			states[] = {{"running", {"running", "进行"}}, {"done", {"done", "完成"}}, {"failed", {"failed", "失败"}}, {"killed", {"killed", "中断"}}, {"skipped", {"skipped", "跳过"}}};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(state, states[i].code) == 0)
			return words(states[i].word);
	return state;
}

static int
list(void)
{
	static const Column columns[] = {
		{{"job", "作业"}, LEFT}, {{"at", "时间"}, LEFT}, {{"zone", "时区"}, LEFT}, {{"next", "下次"}, LEFT}, {{"last run", "上次运行"}, LEFT}, {{"state", "结果"}, LEFT},
		{{"last success", "上次成功"}, LEFT}, {{"overdue", "逾期"}, LEFT}, {{"message", "信息"}, LEFT}
	};
	PGresult   *result = db_query("SELECT job, at, zone, to_char(next_due, 'YYYY-MM-DD HH24:MI'), to_char(last_started, 'YYYY-MM-DD HH24:MI'), last_state,"
								  " to_char(last_success, 'YYYY-MM-DD HH24:MI'), CASE WHEN overdue THEN $1 END, message"
								  " FROM @ledger@.job_health ORDER BY job", 1, TEXT("OVERDUE", "逾期"));

	if (PQntuples(result) == 0)
		say(TEXT("Nothing is scheduled. A first job:  emgov schedule add refresh 01:00%s", "尚无作业。第一个作业：emgov schedule add refresh 01:00%s"), same_ledger());
	else
	{
		Table	   *table = table_new(columns, 9);

		for (int row = 0; row < PQntuples(result); row++)
			for (int i = 0; i < 9; i++)
				if (i == 8)
				{
					char	   *zh = job_words(PQgetvalue(result, row, 8));

					table_cell(table, zh);
					free(zh);
				}
				else if (i == 1)
				{
					char	   *at = said_at(PQgetvalue(result, row, 1));

					table_cell(table, at);
					free(at);
				}
				else
					table_cell(table, i == 5 ? said_state(PQgetvalue(result, row, 5)) : PQgetvalue(result, row, i));
		table_put(table);
	}
	PQclear(result);
	return EXIT_FINE;
}

/* Install a job, or say what to install where there is no pg_cron. */
static int
add(const char *job, const char *at)
{
	static const struct
	{
		const char *kind;
		Words		heading;
	}			headings[] =
	{
		{"installed", {"Installed with pg_cron:", "已用 pg_cron 安装："}},
		{"pg_cron", {"To be run in the database in which pg_cron is:", "请在 pg_cron 所在的数据库中执行："}},
		{"systemd_service", {"For systemd, the service:", "用 systemd 时，service 文件："}},
		{"systemd_timer", {"and its timer:", "以及 timer 文件："}},
		{"crontab", {"Or, for crontab:", "或写入 crontab："}}
	};
	/* the server does not know how it is reached from here */
	const char *host = PQhost(db_connect());
	PGresult   *result = db_query("SELECT kind, body FROM @ledger@.schedule($1::text, $2::text, $3::text, $4::text)", 4, job, at, zone, host && *host ? host : NULL);

	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *kind = PQgetvalue(result, row, 0);
		const char *heading = kind;
		const char *body;
		size_t		length;

		for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
			if (strcmp(kind, headings[i].kind) == 0)
				heading = words(headings[i].heading);
		put_in(BOLD, "%s%s\n", row > 0 ? "\n" : "", heading);
		/* as it is, to be copied; each of them ends its last line */
		body = PQgetvalue(result, row, 1);
		length = strlen(body);
		printf("%s%s", body, length > 0 && body[length - 1] == '\n' ? "" : "\n");
	}
	PQclear(result);
	return EXIT_FINE;
}

static int
run(int argc, char **argv)
{
	const char *action = argc > 0 ? argv[0] : "list";

	if (strcmp(action, "list") == 0 && argc <= 1)
	{
		db_ledger();
		return list();
	}
	if (strcmp(action, "add") == 0)
	{
		if (argc != 3)
			return usage_error(TEXT("emgov schedule add: which job, and when?", "emgov schedule add：请写明作业和时间"));
		db_ledger();
		return add(argv[1], argv[2]);
	}
	if (strcmp(action, "remove") != 0 && strcmp(action, "run") != 0)
		return usage_error(TEXT("there is no \"%s\" of schedules", "没有操作“%s”"), action);
	if (argc != 2)
		return usage_error(TEXT("emgov schedule %s: which job?", "emgov schedule %s：请写明作业"), action);
	db_ledger();
	if (*action == 'r' && action[1] == 'u')
		db_do("CALL @ledger@.run_job($1::text)", 1, argv[1]);
	else
		db_do("CALL @ledger@.unschedule($1::text)", 1, argv[1]);
	return EXIT_FINE;
}

static const char *const actions[] = {"list", "add", "remove", "run", NULL};
static const char *const examples[] = {
	"emgov schedule",
	"emgov schedule add refresh 01:00",
	"emgov schedule add 'publish monthly-bulletin' 'monthly 5 02:00' --zone=Asia/Shanghai",
	"emgov schedule run refresh", NULL
};

const Command command_schedule = {
	.name = "schedule",
	.arguments = "[list | add JOB AT | remove JOB | run JOB]",
	.summary = {"List, install and run jobs: refreshing, publishing, folding, verifying, health.", "列出、安装、运行定时作业：刷新、发布、合并、核验、状况检查。"},
	.about = {"A JOB is refresh, \"refresh REPORT\", \"publish REPORT\" (\"publish REPORT month\" of a report for any period), fold, verify or health; "
			  "AT is 01:00, \"daily 01:00\", \"monthly 5 02:00\" or \"monthly last 23:00\". "
			  "Where pg_cron is in this database the job is installed; where it is in another one, what is to be run there is printed, and the text of a systemd service "
			  "and timer and of a crontab line.",
			  "作业为 refresh、“refresh 报告”、“publish 报告”（适用任意时期的报告写“publish 报告 month”）、fold、verify 或 health；"
			  "时间为 01:00、“daily 01:00”、“monthly 5 02:00”或“monthly last 23:00”。"
			  "本数据库中有 pg_cron 时直接安装；pg_cron 在其他数据库时输出应在那里执行的语句，并输出 systemd 的 service、timer 文件和 crontab 行。"},
	.examples = examples,
	.options = options,
	.actions = actions,
	.most = 3,
	.run = run
};
