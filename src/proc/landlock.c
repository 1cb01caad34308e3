/* SPDX-License-Identifier: ISC */
#include "proc/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel's structures, as they are since ABI 6, and the rights that came after the headers of
 * Debian 12.  An older kernel takes a longer structure when what it does not know is zero.
 */
struct ruleset {
	uint64_t files, net, scoped;
};

struct port_rule {
	uint64_t allowed, port;
};

enum {
	RULE_PORT = 2,
};

#define TRUNCATE       (UINT64_C(1) << 14) /* ABI 3 */
#define IOCTL_DEVICE   (UINT64_C(1) << 15) /* ABI 5 */
#define BIND_TCP       (UINT64_C(1) << 0)  /* ABI 4 */
#define CONNECT_TCP    (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT (UINT64_C(1) << 0) /* ABI 6: no abstract socket, no signal to outside */
#define SCOPE_SIGNAL   (UINT64_C(1) << 1)

#define READ_RIGHTS \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_RIGHTS                                                         \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |        \
	    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |    \
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |     \
	    LANDLOCK_ACCESS_FS_REFER | TRUNCATE)

/* What each version brought: all that it can forbid is forbidden. */
static const struct {
	int abi;
	struct ruleset rights;
} versions[] = {
	{ 1, { LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1, 0, 0 } },
	{ 2, { LANDLOCK_ACCESS_FS_REFER, 0, 0 } },
	{ 3, { TRUNCATE, 0, 0 } },
	{ 4, { 0, BIND_TCP | CONNECT_TCP, 0 } },
	{ 5, { IOCTL_DEVICE, 0, 0 } },
	{ 6, { 0, 0, SCOPE_ABSTRACT | SCOPE_SIGNAL } },
};

static struct ruleset
rights_of(int abi)
{
	struct ruleset all = { 0, 0, 0 };

	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		if (versions[i].abi <= abi) {
			all.files |= versions[i].rights.files;
			all.net |= versions[i].rights.net;
			all.scoped |= versions[i].rights.scoped;
		}
	return all;
}

int
landlock_abi(void)
{
	long abi =
	    syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

static int
fail(struct landlock *l, struct err *e, const char *what)
{
	err_sys(e, "landlock: %s", what);
	if (l->rules != -1)
		close(l->rules);
	l->rules = -1;
	return -1;
}

int
landlock_begin(struct landlock *l, bool files_only, struct err *e)
{
	struct ruleset rights;

	*l = (struct landlock){ -1, landlock_abi() };
	if (l->abi == 0)
		return 0;
	rights = rights_of(l->abi);
	if (files_only)
		rights.net = rights.scoped = 0;
	l->rules = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
	return l->rules == -1 ? fail(l, e, "rules") : 0;
}

int
landlock_allow_at(struct landlock *l, int dir, enum landlock_access how, struct err *e)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access =
		    (how == LANDLOCK_READ ? READ_RIGHTS : WRITE_RIGHTS) & rights_of(l->abi).files,
		.parent_fd = dir,
	};

	if (l->rules == -1)
		return 0;
	if (syscall(SYS_landlock_add_rule, l->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == -1)
		return fail(l, e, "directory");
	return 0;
}

int
landlock_allow(struct landlock *l, const char *path, enum landlock_access how, struct err *e)
{
	int dir, rc;

	if (l->rules == -1)
		return 0;
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1 && errno == ENOENT)
		return 0;
	if (dir == -1)
		return fail(l, e, path);
	rc = landlock_allow_at(l, dir, how, e);
	close(dir);
	return rc;
}

int
landlock_allow_port(struct landlock *l, uint16_t port, struct err *e)
{
	struct port_rule rule = { CONNECT_TCP, port };

	if (l->rules == -1 || rights_of(l->abi).net == 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, l->rules, RULE_PORT, &rule, 0) == -1)
		return fail(l, e, "port");
	return 0;
}

int
landlock_enter(struct landlock *l, struct err *e)
{
	if (l->rules == -1)
		return 0;
	if (syscall(SYS_landlock_restrict_self, l->rules, 0) == -1)
		return fail(l, e, "enter");
	close(l->rules);
	l->rules = -1;
	return 0;
}
