/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* Beside ourselves, so that a build tree uses its own. */
static int
beside(char *path, size_t size, const char *name)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (n == -1)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || (size_t)(slash + 1 - path) + strlen(name) >= size)
		return -1;
	memcpy(slash + 1, name, strlen(name) + 1);
	return 0;
}

/* The verifier is a program of its own, static and without rights to anything; this becomes it. */
int
cmd_verify(struct cli *c, int argc, char **argv)
{
	static char name[] = "mailseal-verify";
	struct err e = { 0 };
	char path[4096];

	(void)c;
	(void)argc;
	argv[0] = name;
	if (beside(path, sizeof path, name) == 0)
		execv(path, argv);
	err_sys(&e, "%s", path);
	return cli_fail(&e);
}
