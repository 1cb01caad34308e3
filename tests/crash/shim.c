/* SPDX-License-Identifier: ISC */
/*
 * shim: stands between a process and the kernel (LD_PRELOAD), for what changes files below one
 * directory, and for what is sent.  It numbers these calls from 1, notes each in a log, and does to
 * one of them what it is told.
 *
 * The process says who it is by crash_role(); before that nothing is counted.  The environment:
 *	CRASH_TREE  the directory
 *	CRASH_LOG   the log: a struct noted for each call, then its names and, if CRASH_DATA is set,
 *	            what was written; calls of several processes in the order in which they ended,
 *	            but what is sent is noted before it is sent
 *	CRASH_PLAN  "ROLE N ACT": at call N of that role
 *	            kill    SIGKILL instead of the call
 *	            torn    half of what was to be written, then SIGKILL
 *	            short   half of what was to be written, and that is no error
 *	            EIO     this call fails, and this one only
 *	            ENOSPC  the same
 *	            full    from here on half of the first write, then no room for anything
 *	            dead    from here on EIO for everything
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum op {
	OPEN = 'o',
	WRITE = 'w',
	SYNC = 's',
	RENAME = 'r',
	CUT = 't',
	MKDIR = 'd',
	UNLINK = 'u',
	LINK = 'l',
	SEND = 'm'
};

/* In the log, little-endian as the host is; then path, path2, data. */
struct noted {
	uint32_t magic, call;              /* call: its number */
	uint8_t op, role, fresh, injected; /* fresh: the open made the file */
	int32_t error;
	uint64_t inode;
	int64_t offset; /* of a write; the new length, of a cut */
	uint32_t path, path2, data;
	uint32_t flags;
};

struct call {
	enum op op;
	char path[PATH_MAX], path2[PATH_MAX];
	const void *data;
	size_t n;
	int64_t offset;
	uint64_t inode;
	int flags;
	bool fresh;
	bool half; /* do only half of it */
};

static struct {
	const char *tree;
	char role;
	int log;
	bool data;
	unsigned calls, at;
	char act[8];
	bool full, dead;
} shim = { .log = -1 };

#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

void crash_role(const char *role);
void
crash_role(const char *role)
{
	const char *plan = getenv("CRASH_PLAN"), *log = getenv("CRASH_LOG");
	char who[16], act[8];
	unsigned at;

	shim.tree = getenv("CRASH_TREE");
	shim.data = getenv("CRASH_DATA") != NULL;
	shim.role = role[0];
	if (log != NULL)
		shim.log = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (plan != NULL && sscanf(plan, "%15s %u %7s", who, &at, act) == 3 &&
	    strcmp(who, role) == 0) {
		shim.at = at;
		memcpy(shim.act, act, sizeof act);
	}
}

static void
die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* ---- what is it about ---- */

static bool
in_tree(const char *path)
{
	size_t n = shim.tree == NULL ? 0 : strlen(shim.tree);

	return n > 0 && strncmp(path, shim.tree, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool
by_fd(struct call *c, enum op op, int fd)
{
	char link[40];
	struct stat st;
	ssize_t n;

	if (shim.role == 0)
		return false;
	*c = (struct call){ .op = op };
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, c->path, sizeof c->path - 1);
	if (n <= 0 || !in_tree(c->path) || fstat(fd, &st) == -1)
		return false;
	c->inode = st.st_ino;
	return true;
}

static void
absolute(char out[PATH_MAX], int dir, const char *path)
{
	char link[40], at[PATH_MAX / 2];
	ssize_t n;

	if (path[0] == '/') {
		snprintf(out, PATH_MAX, "%s", path);
		return;
	}
	snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
	n = dir == AT_FDCWD ? readlink("/proc/self/cwd", at, sizeof at - 1)
	                    : readlink(link, at, sizeof at - 1);
	at[n > 0 ? n : 0] = '\0';
	snprintf(out, PATH_MAX, "%s/%.2000s", at, path);
}

static bool
by_path(struct call *c, enum op op, int dir, const char *path)
{
	struct stat st;

	if (shim.role == 0)
		return false;
	*c = (struct call){ .op = op };
	absolute(c->path, dir, path);
	if (!in_tree(c->path))
		return false;
	c->fresh = lstat(c->path, &st) == -1;
	c->inode = c->fresh ? 0 : st.st_ino;
	return true;
}

/* ---- before and after ---- */

static bool
takes_room(const struct call *c)
{
	return c->op == WRITE || c->op == MKDIR || c->op == LINK || (c->op == OPEN && c->fresh);
}

static void
note(const struct call *c, int error, bool injected)
{
	struct noted n = { .magic = 0x68737263,
		.call = shim.calls,
		.op = (uint8_t)c->op,
		.role = (uint8_t)shim.role,
		.fresh = c->fresh,
		.injected = injected,
		.error = error,
		.inode = c->inode,
		.offset = c->offset,
		.path = (uint32_t)strlen(c->path),
		.path2 = (uint32_t)strlen(c->path2),
		.flags = (uint32_t)c->flags };
	size_t data = shim.data || c->op == SEND ? c->n : 0, at = 0;
	char *line;

	if (shim.log == -1)
		return;
	n.data = (uint32_t)data;
	line = malloc(sizeof n + n.path + n.path2 + data);
	if (line == NULL)
		abort();
	memcpy(line, &n, sizeof n);
	at = sizeof n;
	memcpy(line + at, c->path, n.path);
	at += n.path;
	memcpy(line + at, c->path2, n.path2);
	at += n.path2;
	if (data > 0)
		memcpy(line + at, c->data, data);
	if (REAL(write)(shim.log, line, at + data) != (ssize_t)(at + data))
		abort();
	free(line);
}

static bool
is_act(const char *act)
{
	return strcmp(shim.act, act) == 0;
}

/* This is the call: what is to be done to it. */
static int
disturb(struct call *c)
{
	if (is_act("kill") || (is_act("torn") && c->n < 2))
		die();
	shim.dead = is_act("dead");
	shim.full = is_act("full");
	c->half = c->op == WRITE && (is_act("torn") || is_act("short") || is_act("full"));
	if (is_act("EIO"))
		return EIO;
	return is_act("ENOSPC") ? ENOSPC : 0;
}

/* 0 to do it, else the errno with which it is to fail. */
static int
before(struct call *c)
{
	int error = 0;

	shim.calls++;
	if (shim.calls == shim.at)
		error = disturb(c);
	if (shim.dead)
		error = EIO;
	else if (shim.full && takes_room(c) && !c->half)
		error = ENOSPC;
	if (error != 0)
		note(c, error, true);
	return error;
}

static long
fail(int error)
{
	errno = error;
	return -1;
}

static long
after(struct call *c, long rc)
{
	int error = rc == -1 ? errno : 0;

	if (c->op == WRITE && rc >= 0)
		c->n = (size_t)rc;
	note(c, error, false);
	if (c->half && is_act("torn"))
		die();
	errno = error;
	return rc;
}

/* ---- the calls ---- */

static int
open_any(int dir, const char *path, int flags, mode_t mode)
{
	struct stat st;
	struct call c;
	int error, fd;

	if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) == 0 || !by_path(&c, OPEN, dir, path))
		return REAL(openat)(dir, path, flags, mode);
	c.flags = flags;
	error = before(&c);
	if (error != 0)
		return (int)fail(error);
	fd = REAL(openat)(dir, path, flags, mode);
	if (fd != -1 && fstat(fd, &st) == 0)
		c.inode = st.st_ino;
	return (int)after(&c, fd);
}

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

#define OPEN_LIKE(name)                                       \
	int name(const char *path, int flags, ...)            \
	{                                                     \
		va_list ap;                                   \
		mode_t mode;                                  \
                                                              \
		va_start(ap, flags);                          \
		mode = mode_of(flags, ap);                    \
		va_end(ap);                                   \
		return open_any(AT_FDCWD, path, flags, mode); \
	}
#define OPENAT_LIKE(name)                                   \
	int name(int dir, const char *path, int flags, ...) \
	{                                                   \
		va_list ap;                                 \
		mode_t mode;                                \
                                                            \
		va_start(ap, flags);                        \
		mode = mode_of(flags, ap);                  \
		va_end(ap);                                 \
		return open_any(dir, path, flags, mode);    \
	}

OPEN_LIKE(open)
OPEN_LIKE(open64)
OPENAT_LIKE(openat)
OPENAT_LIKE(openat64)

static ssize_t
write_any(struct call *c, int fd, const void *p, size_t n, bool here)
{
	int error;

	c->data = p;
	c->n = n;
	error = before(c);
	if (error != 0)
		return fail(error);
	if (c->half)
		n = n > 1 ? n / 2 : n;
	return after(c, here ? REAL(write)(fd, p, n) : REAL(pwrite)(fd, p, n, c->offset));
}

ssize_t
write(int fd, const void *p, size_t n)
{
	struct call c;

	if (!by_fd(&c, WRITE, fd))
		return REAL(write)(fd, p, n);
	c.offset = lseek(fd, 0, SEEK_CUR);
	return write_any(&c, fd, p, n, true);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t offset)
{
	struct call c;

	if (!by_fd(&c, WRITE, fd))
		return REAL(pwrite)(fd, p, n, offset);
	c.offset = offset;
	return write_any(&c, fd, p, n, false);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t offset)
{
	return pwrite(fd, p, n, offset);
}

static int
sync_any(const char *name, int fd)
{
	int (*sync)(int) = real(name);
	struct call c;
	int error;

	if (!by_fd(&c, SYNC, fd))
		return sync(fd);
	error = before(&c);
	return error != 0 ? (int)fail(error) : (int)after(&c, sync(fd));
}

int
fsync(int fd)
{
	return sync_any("fsync", fd);
}

int
fdatasync(int fd)
{
	return sync_any("fdatasync", fd);
}

int
ftruncate(int fd, off_t length)
{
	struct call c;
	int error;

	if (!by_fd(&c, CUT, fd))
		return REAL(ftruncate)(fd, length);
	c.offset = length;
	error = before(&c);
	return error != 0 ? (int)fail(error) : (int)after(&c, REAL(ftruncate)(fd, length));
}

int
ftruncate64(int fd, off64_t length)
{
	return ftruncate(fd, length);
}

int
renameat(int from, const char *path, int to, const char *path2)
{
	struct call c;
	int error;

	if (!by_path(&c, RENAME, from, path))
		return REAL(renameat)(from, path, to, path2);
	absolute(c.path2, to, path2);
	error = before(&c);
	return error != 0 ? (int)fail(error)
	                  : (int)after(&c, REAL(renameat)(from, path, to, path2));
}

int
rename(const char *path, const char *path2)
{
	return renameat(AT_FDCWD, path, AT_FDCWD, path2);
}

int
linkat(int from, const char *path, int to, const char *path2, int flags)
{
	struct call c;
	int error;

	if (!by_path(&c, LINK, from, path))
		return REAL(linkat)(from, path, to, path2, flags);
	absolute(c.path2, to, path2);
	error = before(&c);
	return error != 0 ? (int)fail(error)
	                  : (int)after(&c, REAL(linkat)(from, path, to, path2, flags));
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
	struct call c;
	int error;

	if (!by_path(&c, MKDIR, dir, path))
		return REAL(mkdirat)(dir, path, mode);
	error = before(&c);
	return error != 0 ? (int)fail(error) : (int)after(&c, REAL(mkdirat)(dir, path, mode));
}

int
mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

int
unlinkat(int dir, const char *path, int flags)
{
	struct call c;
	int error;

	if (!by_path(&c, UNLINK, dir, path))
		return REAL(unlinkat)(dir, path, flags);
	error = before(&c);
	return error != 0 ? (int)fail(error) : (int)after(&c, REAL(unlinkat)(dir, path, flags));
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

/* Noted before it leaves: what the peer does then comes after it. */
ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	struct call c = { .op = SEND };
	char text[4096];

	if (shim.role == 0)
		return REAL(sendmsg)(fd, m, flags);
	for (size_t i = 0; i < m->msg_iovlen; i++) {
		size_t n = m->msg_iov[i].iov_len;

		n = n < sizeof text - c.n ? n : sizeof text - c.n;
		memcpy(text + c.n, m->msg_iov[i].iov_base, n);
		c.n += n;
	}
	c.data = text;
	shim.calls++;
	if (shim.calls == shim.at && (is_act("kill") || is_act("torn")))
		die();
	note(&c, 0, false);
	return REAL(sendmsg)(fd, m, flags);
}
