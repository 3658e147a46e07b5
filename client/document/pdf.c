/*
 * A report as PDF: the Word document printed by LibreOffice; where there is none, the HTML page by Chromium,
 * or by WeasyPrint.
 */
#include "document/document.h"

#include "say.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first of these programs that is there; NULL if none is. */
static const char *
first_of(const char *const *names)
{
	for (; *names; names++)
		if (task_find(*names))
			return *names;
	return NULL;
}

/* The characters of a rule of the reference document for line ends, as they stand in XML; empty without one. */
static char *
line_rule(const Text *settings, const char *rule)
{
	const char *from = strstr(settings->data, rule);

	if (from == NULL || (from = strstr(from, "w:val=\"")) == NULL)
		return "";
	from += strlen("w:val=\"");
	return text_slice(from, strcspn(from, "\""));
}

/*
 * LibreOffice 7.4 reads no rules for line ends from a Word document, and breaks 1.2 behind its point: it is given them as a user's
 * own, in a profile of this run, which a second PDF finds there.
 */
static bool
write_profile(const char *profile)
{
	Text		settings = {0}, made = {0};

	if (!text_read(&settings, share_file("docx/word/settings.xml")))
		return false;
	if ((mkdir(profile, 0700) != 0 && errno != EEXIST) || (mkdir(need_format("%s/user", profile), 0700) != 0 && errno != EEXIST))
		return false;
	text_format(&made, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">"
				"<item oor:path=\"/org.openoffice.Office.Common/I18N/CJK\"><prop oor:name=\"CJKFont\" oor:op=\"fuse\"><value>true</value></prop></item>"
				"<item oor:path=\"/org.openoffice.Office.Common/AsianLayout/StartEndCharacters\"><node oor:name=\"zh-CN\" oor:op=\"replace\">"
				"<prop oor:name=\"StartCharacters\" oor:op=\"fuse\"><value>%s</value></prop><prop oor:name=\"EndCharacters\" oor:op=\"fuse\"><value>%s</value></prop>"
				"</node></item></oor:items>\n", line_rule(&settings, "<w:noLineBreaksBefore"), line_rule(&settings, "<w:noLineBreaksAfter"));
	return text_save(&made, need_format("%s/user/registrymodifications.xcu", profile));
}

bool
write_pdf(Document *document, const char *path, char **problem)
{
	const char *office = first_of((const char *const[]) {"soffice", "libreoffice", NULL});
	const char *browser = first_of((const char *const[]) {"chromium", "chromium-browser", "google-chrome", NULL});
	const char *program = NULL;
	char	   *made = task_file("print.pdf");
	Text		content = {0};
	int			code;

	if (office && task_find("pandoc"))
	{
		char	   *source = task_file("print.docx"), *profile = task_file("office");

		if (!write_docx(document, source, problem))
			return false;
		if (!write_profile(profile))
		{
			*problem = need_format("%s: %s", profile, strerror(errno));
			return false;
		}
		program = office;
		/* what stands in for the official fonts that are not there; a file that the user names himself stays */
		setenv("FONTCONFIG_FILE", share_file("fonts.conf"), 0);
		code = task_run((const char *const[]) {office, need_format("-env:UserInstallation=file://%s", profile), "--headless", "--norestore", "--convert-to", "pdf",
						"--outdir", task_directory(), source, NULL}, NULL);
	}
	else if (browser || task_find("weasyprint"))
	{
		char	   *source = task_file("print.html");

		if (!write_html(document, source, problem))
			return false;
		program = browser ? browser : "weasyprint";
		code = browser ? task_run((const char *const[]) {browser, "--headless", geteuid() == 0 ? "--no-sandbox" : "--disable-gpu", need_format("--user-data-dir=%s/browser", task_directory()),
								  "--no-pdf-header-footer", need_format("--print-to-pdf=%s", made), need_format("file://%s", source), NULL}, NULL) :
			task_run((const char *const[]) {"weasyprint", "-q", source, made, NULL}, NULL);
	}
	else
	{
		*problem = need_format(TEXT("%s needs LibreOffice (with pandoc), Chromium or WeasyPrint, and none is installed (Debian: libreoffice-writer-nogui, chromium, weasyprint)",
									"%s需要LibreOffice（并有pandoc）、Chromium或WeasyPrint，均未安装（Debian：libreoffice-writer-nogui、chromium、weasyprint）"), path);
		return false;
	}
	if (code != 0 || !text_read(&content, made) || content.length < 100 || strncmp(content.data, "%PDF", 4) != 0)
	{
		*problem = need_format(TEXT("%s did not make %s: %s", "%s未能生成%s：%s"), program, path, task_said());
		return false;
	}
	if (text_save(&content, path))
		return true;
	*problem = need_format("%s: %s", path, strerror(errno));
	return false;
}
