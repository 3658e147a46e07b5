/* connect.c: the connection to the server */
#include "connect.h"

#include "ledger.h"
#include "say.h"
#include "server_words.h"
#include "task.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum
{
	OLDEST_SERVER = 140000,		/* what emgov is written for */
	MOST_VALUES = 32
};

const char *ledger_name = NULL;
const char *db_unreachable = NULL;

static const char *database = NULL;
static const char *host = NULL;
static const char *port = NULL;
static const char *user = NULL;
static bool never_ask = false;
static bool always_ask = false;
static PGconn *connection = NULL;

const Option connect_options[] = {
	{'d', "dbname", OPTION_TEXT, &database, "NAME", {"database, URI, or \"host=… dbname=…\" (PGDATABASE)", "数据库名、URI 或“host=… dbname=…”（PGDATABASE）"}, NULL},
	{'h', "host", OPTION_TEXT, &host, "HOST", {"server, or directory of its socket (PGHOST)", "服务器，或套接字目录（PGHOST）"}, NULL},
	{'p', "port", OPTION_TEXT, &port, "PORT", {"its port (PGPORT)", "端口（PGPORT）"}, NULL},
	{'U', "username", OPTION_TEXT, &user, "ROLE", {"role (PGUSER)", "用户（PGUSER）"}, NULL},
	{'w', "no-password", OPTION_FLAG, &never_ask, NULL, {"never ask for a password", "从不询问密码"}, NULL},
	{'W', "password", OPTION_FLAG, &always_ask, NULL, {"ask for a password at once", "连接前先询问密码"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* ------------------------------------------------------------------ connecting */

static void
finish(void)
{
	PQfinish(connection);
	connection = NULL;
}

/* Ask for the password on the terminal itself, to be freed; NULL where there is none. */
static char *
ask_password(const char *name)
{
	FILE	   *terminal = fopen("/dev/tty", "r+");
	struct termios before;
	struct termios silent;
	size_t		room = 4096;
	char	   *line;
	ssize_t		length;

	if (!terminal)
		return NULL;
	/* no copy of it stays behind: the line never grows, the stream keeps nothing */
	setvbuf(terminal, NULL, _IONBF, 0);
	line = need(room);
	/* Ctrl-C ends the reading, so that the terminal echoes again */
	task_catch(NULL);
	fprintf(terminal, TEXT("Password of %s: ", "%s 的密码："), name && *name ? name : "PGUSER");
	fflush(terminal);
	if (tcgetattr(fileno(terminal), &before) != 0)
	{
		fclose(terminal);
		free(line);
		return NULL;
	}
	silent = before;
	silent.c_lflag &= (tcflag_t) ~ECHO;
	tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
	length = getline(&line, &room, terminal);
	tcsetattr(fileno(terminal), TCSAFLUSH, &before);
	fputc('\n', terminal);
	fclose(terminal);
	task_stop_if_asked();
	if (length < 0)
	{
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static PGconn *
attempt(const char *password)
{
	const char *keyword[] = {"dbname", "host", "port", "user", "password", "fallback_application_name", "client_encoding", NULL};
	const char *value[] = {database, host, port, user, password, "emgov", "UTF8", NULL};

	return PQconnectdbParams(keyword, value, 1);
}

char *
db_said(const PGresult *result, int field)
{
	const char *text = PQresultErrorField(result, field);
	char	   *zh;

	/* no command takes a SET: its own option is the way */
	if (text && field == PG_DIAG_MESSAGE_HINT && strstr(text, "SET emgov.unreachable_shards = missing"))
		return need_format("%s%s", strstr(text, "Attach one") ? TEXT("Attach a partition for it; or ", "请为其挂接分区；或者") : "",
						   TEXT("--unreachable=missing gives figures of the areas that can be reached, and says which are missing (report, publish, restate, check, schedule run).",
								"加 --unreachable=missing，按连得上的区域计算，并注明缺哪些区域（report、publish、restate、check、schedule run 均可用）。"));
	zh = server_words(text);
	return zh ? zh : text ? need_copy(text) : NULL;
}

static void
notice(void *argument, const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	bool		is_warning = severity && strcmp(severity, "WARNING") == 0;
	char	   *text = db_said(result, PG_DIAG_MESSAGE_PRIMARY);
	char	   *detail = db_said(result, PG_DIAG_MESSAGE_DETAIL);
	char	   *hint = db_said(result, PG_DIAG_MESSAGE_HINT);

	(void) argument;
	if (is_warning)
		say_warning("%s", text ? text : "");
	else
		say("%s", text ? text : "");
	if (detail && (is_warning || !say_quiet))
		say_detail("%s", detail);
	if (hint && (is_warning || !say_quiet))
		say_hint("%s", hint);
	free(text);
	free(detail);
	free(hint);
}

PGconn *
db_connect(void)
{
	char	   *password = NULL;

	if (connection)
		return connection;
	if (always_ask)
		password = ask_password(user);
	for (;;)
	{
		connection = attempt(password);
		if (!connection)
			fail(EXIT_FAILED, TEXT("out of memory", "内存不足"));
		if (PQstatus(connection) == CONNECTION_OK || password || never_ask || !PQconnectionNeedsPassword(connection))
			break;
		password = ask_password(PQuser(connection));
		if (!password)
			break;
		PQfinish(connection);
	}
	if (password)
	{
		explicit_bzero(password, strlen(password));
		free(password);
	}
	if (PQstatus(connection) != CONNECTION_OK)
	{
		char	   *why = need_copy(PQerrorMessage(connection));

		for (size_t length = strlen(why); length > 0 && why[length - 1] == '\n'; length--)
			why[length - 1] = '\0';
		say_error(TEXT("no connection: %s", "无法连接：%s"), why);
		say_hint(TEXT("The server, database and role are taken from -h, -p, -d, -U, or PGHOST, PGPORT, PGDATABASE, PGUSER, PGSERVICE.",
					  "服务器、数据库、用户由 -h、-p、-d、-U 指定，或取自 PGHOST、PGPORT、PGDATABASE、PGUSER、PGSERVICE。"));
		free(why);
		finish();
		exit(EXIT_CONNECTION);
	}
	atexit(finish);
	if (PQserverVersion(connection) < OLDEST_SERVER)
		fail(EXIT_FAILED, TEXT("the server is PostgreSQL %s; emgov needs 14 or later", "服务器是 PostgreSQL %s；emgov 需要 14 或更高版本"),
			 PQparameterStatus(connection, "server_version"));
	PQsetNoticeReceiver(connection, notice, NULL);
	task_catch(connection);
	db_do("SELECT pg_catalog.set_config(s, v, false) FROM (VALUES ('search_path', 'pg_catalog'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),"
		  " ('standard_conforming_strings', 'on'), ('bytea_output', 'hex'), ('extra_float_digits', '1')) AS setting (s, v)", 0);
	if (db_unreachable)
		db_do("SELECT pg_catalog.set_config('emgov.unreachable_shards', $1, false)", 1, db_unreachable);
	return connection;
}

/* ------------------------------------------------------------------ statements */

static const char *
ledger(void)
{
	if (!ledger_name || !*ledger_name)
	{
		ledger_name = getenv("EMGOV_LEDGER");
		if (!ledger_name || !*ledger_name)
			ledger_name = "ledger";
	}
	return ledger_name;
}

/* Behind the literal or the quoted name that begins here, else where it is: what stands in them is nobody's template. */
static const char *
behind_quoted(const char *start, const char *sql)
{
	char		quote = *sql;
	bool		escapes = quote == '\'' && sql > start && (sql[-1] == 'E' || sql[-1] == 'e');

	if (quote != '\'' && quote != '"')
		return sql;
	for (sql++; *sql; sql++)
		if (escapes && *sql == '\\' && sql[1])
			sql++;
		else if (*sql == quote)
		{
			if (sql[1] != quote)
				return sql + 1;
			sql++;
		}
	return sql;
}

char *
db_fill(const char *sql)
{
	const char *start = sql;
	static const char *const schema[] = {"", "_report", "_report_zh", "_store", "_tables"};
	char	   *result = need(strlen(sql) * 2 + 1024 + strlen(sql) / 8 * (strlen(ledger()) * 2 + 16));
	char	   *to = result;

	while (*sql)
	{
		char	   *quoted = NULL;
		const char *behind = behind_quoted(start, sql);

		if (behind > sql)
		{
			to = (char *) mempcpy(to, sql, (size_t) (behind - sql));
			sql = behind;
			continue;
		}
		if (strncmp(sql, "@name@", 6) == 0)
		{
			quoted = PQescapeLiteral(connection, ledger(), strlen(ledger()));
			sql += 6;
		}
		else if (strncmp(sql, "@ledger", 7) == 0)
			for (size_t i = 0; i < sizeof schema / sizeof *schema && !quoted; i++)
			{
				size_t		length = strlen(schema[i]);

				if (strncmp(sql + 7, schema[i], length) == 0 && sql[7 + length] == '@')
				{
					char	   *name = need_format("%s%s", ledger(), schema[i]);

					quoted = PQescapeIdentifier(connection, name, strlen(name));
					free(name);
					sql += 8 + length;
					break;
				}
			}
		if (!quoted && behind != sql)
			fail(EXIT_USAGE, TEXT("the name of the ledger is no text of the database's encoding", "台账名称不是有效的文字"));
		if (quoted)
		{
			to = stpcpy(to, quoted);
			PQfreemem(quoted);
		}
		else
			*to++ = *sql++;
	}
	*to = '\0';
	return result;
}

bool
db_ok(const PGresult *result)
{
	switch (PQresultStatus(result))
	{
		case PGRES_COMMAND_OK:
		case PGRES_TUPLES_OK:
		case PGRES_SINGLE_TUPLE:
		case PGRES_EMPTY_QUERY:
		case PGRES_COPY_IN:
		case PGRES_COPY_OUT:
			return true;
		default:
			return false;
	}
}

bool
db_state(const PGresult *result, const char *sqlstate)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state && strcmp(state, sqlstate) == 0;
}

static PGresult *
run(const char *sql, int n, va_list values)
{
	const char *value[MOST_VALUES];
	char	   *filled;
	PGresult   *result;

	db_connect();
	if (n > MOST_VALUES)
		abort();
	for (int i = 0; i < n; i++)
		value[i] = va_arg(values, const char *);
	task_stop_if_asked();
	filled = db_fill(sql);
	result = PQexecParams(connection, filled, n, NULL, value, NULL, NULL, 0);
	free(filled);
	return result;
}

PGresult *
db_try(const char *sql, int n,...)
{
	va_list		values;
	PGresult   *result;

	va_start(values, n);
	result = run(sql, n, values);
	va_end(values);
	return result;
}

static PGresult *
checked(PGresult *result)
{
	if (!db_ok(result))
		db_failed(result);
	task_stop_if_asked();
	return result;
}

PGresult *
db_query(const char *sql, int n,...)
{
	va_list		values;
	PGresult   *result;

	va_start(values, n);
	result = run(sql, n, values);
	va_end(values);
	return checked(result);
}

void
db_do(const char *sql, int n,...)
{
	va_list		values;
	PGresult   *result;

	va_start(values, n);
	result = run(sql, n, values);
	va_end(values);
	PQclear(checked(result));
}

char *
db_value(const char *sql, int n,...)
{
	va_list		values;
	PGresult   *result;
	char	   *value = NULL;

	va_start(values, n);
	result = run(sql, n, values);
	va_end(values);
	checked(result);
	if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		value = need_copy(PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

const char *
db_field(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

/* ------------------------------------------------------------------ errors */

const char *
db_cause(const char *state)
{
	static const struct
	{
		const char *state;		/* or its class */
		const char *cause;
	}			causes[] = {
		{"22001", "文字太长"}, {"22003", "数值超出范围"}, {"22007", "日期或时间的写法不对"}, {"22008", "没有这一天或超出范围"}, {"22012", "除数为零"}, {"22021", "含有不属于该编码的字符"},
		{"22P02", "不是该类型的值"}, {"22", "值不符合要求"}, {"23502", "必填项为空"}, {"23503", "所引用的记录不存在，或仍被引用"}, {"23505", "重复：已有同一编号或主键"}, {"23514", "不符合检查规则"},
		{"23P01", "与已有记录冲突"}, {"23", "不符合约束"}, {"25006", "数据库只读"}, {"08001", "连不上所引用的服务器"}, {"28", "登录被拒绝"}, {"3D000", "没有这个数据库"}, {"40001", "与其他会话的更改冲突"},
							{"40P01", "与其他会话互相等待（死锁）"},
		{"42501", "权限不足"}, {"42P01", "没有这个表"}, {"42703", "没有这一列"}, {"42883", "没有这个函数"}, {"53100", "服务器磁盘空间不足"}, {"53200", "服务器内存不足"}, {"53300", "服务器连接数已满"},
		{"53", "服务器资源不足"}, {"55P03", "被其他会话锁定"}, {"57014", "语句被取消或超时"}, {"57P", "服务器正在关闭或启动"}, {"58", "服务器的系统错误"}, {"XX", "服务器内部错误"}, {NULL, NULL}
	};

	for (int i = 0; words_chinese && state && causes[i].state; i++)
		if (strncmp(state, causes[i].state, strlen(causes[i].state)) == 0)
			return causes[i].cause;
	return NULL;
}

void
db_say_error(const PGresult *result, const char *own,...)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	char	   *zh = server_words(text);
	char	   *detail = db_said(result, PG_DIAG_MESSAGE_DETAIL);
	char	   *hint = db_said(result, PG_DIAG_MESSAGE_HINT);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (!text)
		text = PQresultErrorMessage(result);
	if (zh)
		say_error("%s (%s)", zh, state ? state : "");
	else if (db_cause(state))
	{
		say_error("%s (%s)", db_cause(state), state);
		say_detail(TEXT("the server: %s", "服务器原文：%s"), text);
	}
	else if (state && *state)
		say_error("%s (%s)", text, state);
	else
		say_error("%s", text);
	if (detail)
		say_detail("%s", detail);
	if (own)
	{
		va_list		values;
		char	   *filled;

		va_start(values, own);
		if (vasprintf(&filled, own, values) < 0)
			filled = NULL;
		va_end(values);
		say_hint("%s", filled ? filled : own);
		free(filled);
	}
	else if (state && (strcmp(state, "42883") == 0 || strcmp(state, "42P01") == 0 || strcmp(state, "42703") == 0))
		say_hint(TEXT("The ledger or the extension is of another version than this command (emgov version --server):"
					  " ALTER EXTENSION emgov UPDATE, then CALL emgov.upgrade_ledger('%s').",
					  "台账或扩展与本命令的版本不同（见 emgov version --server）：请先 ALTER EXTENSION emgov UPDATE，再 CALL emgov.upgrade_ledger('%s')。"), ledger());
	else if (hint)
		say_hint("%s", hint);
	else if (state && strcmp(state, "42501") == 0)
		say_hint(TEXT("The role %s may not do this. The owner of the ledger gives rights: CALL \"%s\".grant_reader, grant_clerk, grant_analyst or grant_publisher.",
					  "用户 %s 无此权限。台账所有者可授权：CALL \"%s\".grant_reader、grant_clerk、grant_analyst 或 grant_publisher。"),
				 PQuser(connection), ledger());
	free(zh);
	free(detail);
	free(hint);
}

void
db_failed(const PGresult *result)
{
	if (task_signal && PQstatus(connection) == CONNECTION_OK)
	{
		say_error(TEXT("interrupted; what was not committed is undone", "已中断；未提交的更改均已撤销"));
		exit(128 + task_signal);
	}
	/* the server's last words may come before the end of the connection is seen */
	if (PQstatus(connection) != CONNECTION_OK || db_state(result, "57P01") || db_state(result, "57P02"))
	{
		say_error(TEXT("the connection to the server was lost", "与服务器的连接已中断"));
		say_hint(TEXT("What was not committed is undone; whether its last step was is not known. Look, then run the command again.",
					  "未提交的更改均已撤销；最后一步是否已提交不得而知。请查看后重新运行该命令。"));
		exit(EXIT_CONNECTION);
	}
	db_say_error(result, NULL);
	exit(EXIT_FAILED);
}

/* ------------------------------------------------------------------ what is there */

const char *
db_extension(void)
{
	static char *version = NULL;

	if (!version)
		version = db_value("SELECT extversion FROM pg_extension WHERE extname = 'emgov'", 0);
	return version;
}

char *
db_same(void)
{
	PGconn	   *conn = db_connect();
	bool		whole = database && (strchr(database, '=') || strstr(database, "://"));	/* may hold a password: not said again */
	char	   *base = shell_word(PQdb(conn));
	char	   *place = shell_word(PQhost(conn) ? PQhost(conn) : "");
	char	   *who = shell_word(PQuser(conn));
	char	   *same = need_format(" -d %s%s%s%s%s%s%s", base, (host || whole) && *place ? " -h " : "", (host || whole) && *place ? place : "", port || whole ? " -p " : "",
								   port || whole ? PQport(conn) : "", user || whole ? " -U " : "", user || whole ? who : "");

	free(base);
	free(place);
	free(who);
	return same;
}

bool
db_has_ledger(void)
{
	char	   *found = db_value("SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
								 " WHERE n.nspname = @name@ AND c.relname = 'ledger_setting' AND c.relkind = 'r'", 0);
	bool		there = found != NULL;

	free(found);
	return there;
}

PGconn *
db_ledger(void)
{
	PGresult   *result;

	db_connect();
	if (!db_extension())
	{
		say_error(TEXT("database \"%s\" has no extension emgov", "数据库“%s”中没有扩展 emgov"), PQdb(connection));
		say_hint(TEXT("Make it, and a ledger:  emgov init%s", "建立扩展和台账：emgov init%s"), db_same());
		exit(EXIT_FAILED);
	}
	if (!db_has_ledger())
	{
		char	   *others = db_value("SELECT string_agg(n.nspname, ', ' ORDER BY n.nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
									  " WHERE c.relname = 'ledger_setting' AND c.relkind = 'r'", 0);

		say_error(TEXT("database \"%s\" has no ledger \"%s\"", "数据库“%s”中没有台账“%s”"), PQdb(connection), ledger());
		if (others)
			say_hint(TEXT("There is: %s. Name one by --ledger, or make it:  emgov init --ledger=%s%s",
						  "现有台账：%s。用 --ledger 指定，或新建：emgov init --ledger=%s%s"), others, shell_word(ledger()), db_same());
		else
			say_hint(TEXT("Make it:  emgov init --ledger=%s%s", "新建：emgov init --ledger=%s%s"), shell_word(ledger()), db_same());
		free(others);
		exit(EXIT_FAILED);
	}
	/* days and moments are those of the ledger; whoever may not read its settings has the usual ones */
	result = db_try("SELECT time_zone FROM ONLY @ledger@.ledger_setting", 0);
	db_do("SELECT pg_catalog.set_config('TimeZone', $1, false)", 1, db_ok(result) && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "Asia/Shanghai");
	PQclear(result);
	return connection;
}
