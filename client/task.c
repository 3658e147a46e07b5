/* task.c: memory, signals, temporary files, other programs */
#include "task.h"

#include "say.h"
#include "words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef EMGOV_SHARE
#define EMGOV_SHARE "/usr/local/share/emgov"
#endif

extern char **environ;

/* ------------------------------------------------------------------ memory */

static void *
got(void *memory)
{
	if (!memory)
	{
		fputs("emgov: out of memory\n", stderr);
		exit(EXIT_FAILED);
	}
	return memory;
}

void *
need(size_t size)
{
	return got(calloc(1, size ? size : 1));
}

void *
need_more(void *old, size_t size)
{
	return got(realloc(old, size ? size : 1));
}

char *
need_copy(const char *text)
{
	return got(strdup(text));
}

char *
need_format(const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return got(text);
}

char *
share_file(const char *name)
{
	const char *directory = getenv("EMGOV_SHARE");
	char		self[PATH_MAX];
	ssize_t		length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (directory && *directory)
		return need_format("%s/%s", directory, name);
	if (length > 0)
	{
		char	   *beside;

		self[length] = '\0';
		*strrchr(self, '/') = '\0';
		beside = need_format("%s/../share/emgov/%s", self, name);
		if (access(beside, R_OK) == 0)
			return beside;
		free(beside);
	}
	return need_format("%s/%s", EMGOV_SHARE, name);
}

/* ------------------------------------------------------------------ signals */

volatile sig_atomic_t task_signal = 0;

static PGcancel *volatile cancel = NULL;

static void
caught(int number)
{
	int			kept = errno;
	char		why[256];

	task_signal = number;
	if (cancel)
		PQcancel(cancel, why, sizeof why);
	errno = kept;
}

static void
catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
	{
		struct sigaction action;

		/* what the caller ignores (nohup) stays ignored; a read is interrupted */
		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			continue;
		memset(&action, 0, sizeof action);
		action.sa_handler = caught;
		sigemptyset(&action.sa_mask);
		sigaction(numbers[i], &action, NULL);
	}
}

void
task_catch(PGconn *conn)
{
	PGcancel   *old = cancel;

	cancel = PQgetCancel(conn);
	PQfreeCancel(old);
	catch_signals();
}

void
task_stop_if_asked(void)
{
	if (!task_signal)
		return;
	say_error(TEXT("interrupted", "已中断"));
	exit(128 + task_signal);
}

/* ------------------------------------------------------------------ temporary files */

static char *directory = NULL;
static pid_t directory_owner;

static void
remove_tree(const char *path)
{
	DIR		   *dir = opendir(path);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
	{
		char	   *name;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		name = need_format("%s/%s", path, entry->d_name);
		if (unlink(name) != 0 && (errno == EISDIR || errno == EPERM))
			remove_tree(name);
		free(name);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

static void
remove_directory(void)
{
	if (directory && getpid() == directory_owner)
		remove_tree(directory);
	free(directory);
	directory = NULL;
}

const char *
task_directory(void)
{
	if (!directory)
	{
		const char *place = getenv("TMPDIR");

		directory = need_format("%s/emgov.XXXXXX", place && *place ? place : "/tmp");
		if (!mkdtemp(directory))
		{
			char	   *name = directory;
			int			problem = errno;

			directory = NULL;
			fail(EXIT_FAILED, TEXT("cannot make the directory %s: %s", "无法建立目录%s：%s"), name, strerror(problem));
		}
		directory_owner = getpid();
		atexit(remove_directory);
		catch_signals();
	}
	return directory;
}

char *
task_file(const char *name)
{
	return need_format("%s/%s", task_directory(), name);
}

FILE *
task_stream(const char *name)
{
	char	   *path = task_file(name);
	FILE	   *file = fopen(path, "w+e");

	unlink(path);
	free(path);
	return file;
}

/* ------------------------------------------------------------------ other programs */

const char *
task_find(const char *program)
{
	static char found[PATH_MAX];
	const char *path = getenv("PATH");

	if (strchr(program, '/'))
		return access(program, X_OK) == 0 ? program : NULL;
	while (path && *path)
	{
		size_t		length = strcspn(path, ":");

		if (length > 0 && snprintf(found, sizeof found, "%.*s/%s", (int) length, path, program) < (int) sizeof found &&
			access(found, X_OK) == 0)
			return found;
		path += length;
		if (*path == ':')
			path++;
	}
	return NULL;
}

static char said[2048];

const char *
task_said(void)
{
	return said;
}

int
task_run(const char *const *argv, const char *output)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t	standard;
	pid_t		child;
	int			state;
	int			problem;
	char	   *errors = task_file("said");
	FILE	   *heard;

	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	sigaddset(&standard, SIGINT);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &standard);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, output ? output : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	problem = posix_spawnp(&child, argv[0], &files, &attributes, (char *const *) argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	said[0] = '\0';
	if (problem != 0)
	{
		snprintf(said, sizeof said, "%s: %s", argv[0], strerror(problem));
		free(errors);
		return 127;
	}
	while (waitpid(child, &state, 0) < 0)
	{
		if (errno != EINTR)
			return 127;
		if (task_signal)
			kill(child, SIGTERM);
	}
	heard = fopen(errors, "r");
	if (heard)
	{
		size_t		length;

		if (fseek(heard, -(long) (sizeof said - 1), SEEK_END) != 0)
			rewind(heard);
		length = fread(said, 1, sizeof said - 1, heard);
		while (length > 0 && said[length - 1] == '\n')
			length--;
		said[length] = '\0';
		fclose(heard);
	}
	unlink(errors);
	free(errors);
	task_stop_if_asked();
	return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}
