/*
 * credit.c
 *		双公示: penalties and permits as the files in which they are made public.
 *
 * 发改办财金〔2018〕424号 and the form before it. A column that the ledger does not keep is there, and empty: the file is to be
 * completed and then sent.
 */
#include "credit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "connect.h"
#include "document/text.h"
#include "say.h"
#include "task.h"
#include "words.h"

/* A heading, and the column of the query that fills it, or -1. */
typedef struct CreditColumn
{
	const char *heading;
	int			from;
} CreditColumn;

enum
{
	NAME, KIND, USCC, NUMBER, FACTS, KINDS, FINE, GOODS, DAY, ORGAN, UNTIL, NOTE
};

static const CreditColumn penalty_2018[] = {
	{"行政相对人名称", NAME}, {"行政相对人类别", KIND}, {"行政相对人代码_1(统一社会信用代码)", USCC}, {"行政相对人代码_2(工商注册号)", -1}, {"行政相对人代码_3(组织机构代码)", -1},
	{"行政相对人代码_4(税务登记号)", -1}, {"行政相对人代码_5(事业单位证书号)", -1}, {"行政相对人代码_6(社会组织登记证号)", -1}, {"法定代表人", -1},
						{"法定代表人证件类型", -1}, {"法定代表人证件号码", -1},
	{"证件类型", -1}, {"证件号码", -1}, {"行政处罚决定书文号", NUMBER}, {"违法行为类型", -1}, {"违法事实", FACTS}, {"处罚依据", -1}, {"处罚类别", KINDS}, {"处罚内容", -1}, {"罚款金额（万元）", FINE},
	{"没收违法所得、没收非法财物的金额（万元）", GOODS}, {"暂扣或吊销证照名称及编号", -1}, {"处罚决定日期", DAY}, {"处罚有效期", -1}, {"公示截止期", -1}, {"处罚机关",
						ORGAN}, {"处罚机关统一社会信用代码", -1},
	{"数据来源单位", ORGAN}, {"数据来源单位统一社会信用代码", -1}, {"备注", -1}, {NULL, -1}
};
static const CreditColumn penalty_2015[] = {
	{"行政处罚决定书文号", NUMBER}, {"处罚名称", -1}, {"处罚类别1", KINDS}, {"处罚类别2", -1}, {"处罚事由", FACTS}, {"处罚依据", -1}, {"行政相对人名称", NAME},
						{"行政相对人代码_1(统一社会信用代码)", USCC},
	{"行政相对人代码_2(组织机构代码)", -1}, {"行政相对人代码_3(工商登记码)", -1}, {"行政相对人代码_4(税务登记号)", -1}, {"行政相对人代码_5(居民身份证号)", -1},
						{"法定代表人姓名", -1}, {"处罚结果", -1},
	{"处罚决定日期", DAY}, {"处罚机关", ORGAN}, {"当前状态", -1}, {"地方编码", -1}, {"数据更新时间戳", -1}, {"备注", -1}, {NULL, -1}
};
static const CreditColumn permit_2018[] = {
	{"行政相对人名称", NAME}, {"行政相对人类别", KIND}, {"行政相对人代码_1（统一社会信用代码）", USCC}, {"行政相对人代码_2（工商注册号）", -1}, {"行政相对人代码_3（组织机构代码）", -1},
	{"行政相对人代码_4（税务登记号）", -1}, {"行政相对人代码_5（事业单位证书号）", -1}, {"行政相对人代码_6（社会组织登记证号）", -1}, {"法定代表人", -1},
						{"法定代表人身份证号", -1}, {"证件类型", -1}, {"证件号码", -1},
	{"行政许可决定文书名称", -1}, {"行政许可决定文书号", NUMBER}, {"许可类别", KINDS}, {"许可证书名称", -1}, {"许可编号", -1}, {"许可内容", -1}, {"许可决定日期", DAY},
						{"有效期自", DAY}, {"有效期至", UNTIL},
	{"许可机关", ORGAN}, {"许可机关统一社会信用代码", -1}, {"当前状态", -1}, {"数据来源单位", ORGAN}, {"数据来源单位统一社会信用代码", -1}, {"备注", NOTE}, {NULL, -1}
};

static const char penalties[] =
	"SELECT s.name, CASE s.kind WHEN 'person' THEN '自然人' ELSE '法人及非法人组织' END, s.uscc, c.number, c.note, string_agg(k.name_zh, '；' ORDER BY k.weight),"
	" nullif(round(coalesce(sum(y.fine) FILTER (WHERE y.kind_code <> 'confiscation'), 0) / 10000, 6), 0), nullif(round(coalesce(sum(y.fine) FILTER (WHERE y.kind_code ="
						" 'confiscation'), 0) / 10000, 6), 0),"
	" to_char(c.decided_on, 'YYYY/MM/DD'), o.name_zh, NULL, NULL"
	"  FROM @ledger@.enforcement_case AS c JOIN @ledger@.penalty AS y ON y.enforcement_case_id = c.id AND y.status = 'valid' JOIN @ledger@.penalty_kind AS k ON k.code = y.kind_code"
	"  JOIN @ledger@.organisation AS o ON o.code = c.org_code LEFT JOIN @ledger@.subject AS s ON s.id = coalesce(y.subject_id, c.subject_id)"
	" WHERE c.status = 'valid' AND c.decided_on IS NOT NULL AND ($1::text IS NULL OR c.decided_on <@ emgov.period($1)) AND ($2::boolean OR s.kind IS DISTINCT FROM 'person')"
	" GROUP BY c.id, s.id, o.name_zh ORDER BY c.decided_on, c.number, c.id, s.id";

static const char permits[] =
	"SELECT s.name, CASE s.kind WHEN 'person' THEN '自然人' ELSE '法人及非法人组织' END, s.uscc, p.number, NULL, '普通', NULL, NULL, to_char(p.issued_on, 'YYYY/MM/DD'),"
						" o.name_zh, to_char(p.valid_to - 1, 'YYYY/MM/DD'), p.note"
	"  FROM @ledger@.permit AS p JOIN @ledger@.organisation AS o ON o.code = p.org_code JOIN @ledger@.subject AS s ON s.id = p.subject_id"
	" WHERE p.status = 'valid' AND p.issued_on IS NOT NULL AND ($1::text IS NULL OR p.issued_on <@ emgov.period($1)) AND ($2::boolean OR s.kind <> 'person') ORDER BY p.issued_on, p.number, p.id";

int
write_credit(const char *kind, const char *period, bool personal, const char *path)
{
	bool		permit = strcmp(kind, "permit") == 0;
	const CreditColumn *columns = permit ? permit_2018 : strcmp(kind, "penalty-2015") == 0 ? penalty_2015 : penalty_2018;
	PGresult   *rows = db_query(permit ? permits : penalties, 2, period, personal ? "t" : "f");
	char	   *made = task_file("made.xlsx");
	lxw_workbook *book = workbook_new_opt(made, &(lxw_workbook_options) {.constant_memory = LXW_TRUE});
	lxw_worksheet *sheet = book ? workbook_add_worksheet(book, permit ? "行政许可" : "行政处罚") : NULL;
	lxw_error	error;

	if (!sheet)
		fail(EXIT_FAILED, TEXT("%s cannot be written", "无法写入 %s"), path);
	for (int c = 0; columns[c].heading; c++)
		worksheet_write_string(sheet, 0, (lxw_col_t) c, columns[c].heading, NULL);
	for (int row = 0; row < PQntuples(rows); row++)
		for (int c = 0; columns[c].heading; c++)
		{
			const char *value = columns[c].from >= 0 ? db_field(rows, row, columns[c].from) : NULL;

			if (!value)
				continue;
			if (columns[c].from == FINE || columns[c].from == GOODS)
				worksheet_write_number(sheet, (lxw_row_t) row + 1, (lxw_col_t) c, strtod(value, NULL), NULL);
			else
				worksheet_write_string(sheet, (lxw_row_t) row + 1, (lxw_col_t) c, value, NULL);
		}
	error = workbook_close(book);
	if (error != LXW_NO_ERROR)
		fail(EXIT_FAILED, "%s: %s", made, lxw_strerror(error));
	if (!text_place(made, path))
		fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
	put(TEXT("%s: %d rows\n", "%s：%d行\n"), path, PQntuples(rows));
	PQclear(rows);
	return EXIT_FINE;
}
