#include "document/archive.h"

#include "say.h"
#include "task.h"
#include "words.h"

#include <string.h>

enum
{
	LARGEST_MEMBER = 256 * 1024 * 1024,	/* of what is read into memory */
	LARGEST_WHOLE = 512 * 1024 * 1024	/* of all XML that is held to be edited, by one run */
};

zip_t *
archive_open(const char *path, bool fresh, char **problem)
{
	int			code = 0;
	zip_t	   *archive = zip_open(path, fresh ? ZIP_CREATE | ZIP_TRUNCATE : 0, &code);
	zip_error_t error;

	if (archive)
		return archive;
	zip_error_init_with_code(&error, code);
	*problem = need_format("%s: %s", path, zip_error_strerror(&error));
	zip_error_fini(&error);
	return NULL;
}

bool
archive_read(zip_t *archive, const char *name, Text *content)
{
	zip_stat_t	stat;
	zip_file_t *file;
	char		piece[65536];
	zip_int64_t length;

	if (zip_stat(archive, name, 0, &stat) != 0 || stat.size > LARGEST_MEMBER || (file = zip_fopen(archive, name, 0)) == NULL)
		return false;
	text_bytes(content, "", 0);
	while ((length = zip_fread(file, piece, sizeof piece)) > 0 && content->length < LARGEST_MEMBER)
		text_bytes(content, piece, (size_t) length);
	zip_fclose(file);
	return length == 0;
}

bool
archive_read_xml(zip_t *archive, const char *name, Text *content, char **problem)
{
	static size_t whole = 0;
	zip_stat_t	stat;

	if (zip_stat(archive, name, 0, &stat) == 0 && (stat.size > LARGEST_MEMBER || whole + stat.size > LARGEST_WHOLE))
	{
		*problem = need_format(TEXT("it is too large: %s of %llu MB, of at most %d, and %d all in all", "文件过大：%s为%llu MB，每部分上限%d MB，合计上限%d MB"), name,
							   (unsigned long long) stat.size >> 20, LARGEST_MEMBER >> 20, LARGEST_WHOLE >> 20);
		return false;
	}
	if (!archive_read(archive, name, content))
	{
		if (zip_name_locate(archive, name, 0) >= 0)
			*problem = need_format(TEXT("%s in it cannot be read", "其中的%s无法读出"), name);
		return false;
	}
	whole += content->length;
	return true;
}

bool
archive_write(zip_t *archive, const char *name, const Text *content)
{
	zip_source_t *source = zip_source_buffer(archive, content->data ? content->data : "", content->length, 0);

	if (source && zip_file_add(archive, name, source, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8) >= 0)
		return true;
	zip_source_free(source);
	return false;
}

bool
archive_close(zip_t *archive, const char *path, char **problem)
{
	if (zip_close(archive) == 0)
		return true;
	*problem = need_format("%s: %s", path, zip_strerror(archive));
	zip_discard(archive);
	return false;
}
