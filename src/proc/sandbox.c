/* SPDX-License-Identifier: ISC */
#include "proc/sandbox.h"

#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "config.h"
#include "proc/landlock.h"

enum {
	DNS_PORT = 53,
};

/*
 * The system calls of each right, by name, so that the table reads on every architecture; a name
 * the kernel's headers do not know there is passed over.
 *
 * stat by path is in the first row: the C library's fstat is newfstatat with an empty path, and a
 * filter cannot read the path.
 */
static const struct {
	unsigned right; /* 0: everybody's */
	const char *calls[48];
} grants[] = {
	{ 0, { "read", "readv", "pread64", "write", "writev", "close", "fstat", "newfstatat",
	         "lseek", "fcntl", "dup", "poll", "ppoll", "select", "pselect6", "epoll_create1",
	         "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "pipe2" } },
	{ 0, { "sendmsg", "sendto", "recvmsg", "recvfrom", "getsockopt", "setsockopt", "shutdown",
	         "getsockname", "getpeername" } },
	{ 0, { "brk", "munmap", "mremap", "madvise", "mlock", "munlock", "rt_sigaction",
	         "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "exit", "exit_group",
	         "restart_syscall", "futex", "tgkill", "getpid", "gettid", "getuid", "geteuid",
	         "getgid", "getegid", "getppid", "getrandom", "clock_gettime", "clock_getres",
	         "gettimeofday", "time", "clock_nanosleep", "nanosleep", "uname", "sysinfo",
	         "sched_yield", "sched_getaffinity", "getrlimit", "prlimit64", "getrusage",
	         "membarrier", "setitimer" } },
	{ SANDBOX_MEMFD, { "memfd_create", "ftruncate" } },
	{ SANDBOX_CONNECT, { "socket", "connect", "bind" } },
	{ SANDBOX_FILES_AT, { "openat", "renameat", "renameat2", "unlinkat", "mkdirat", "fchmod",
	                        "fsync", "fdatasync", "ftruncate", "pwrite64", "flock" } },
	{ SANDBOX_FILES_PATH,
	    { "open", "openat", "access", "faccessat", "faccessat2", "stat", "lstat", "rename",
	        "linkat", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat",
	        "fchmod", "fchown", "chmod", "fchmodat", "fsync", "fdatasync", "ftruncate",
	        "pwrite64", "pwritev", "flock", "getcwd", "readlink", "readlinkat", "getdents64",
	        "utimensat", "fallocate", "statfs", "fstatfs", "clock_adjtime", "adjtimex",
	        "statx" } },
	{ SANDBOX_READ_PATH, { "access", "faccessat", "faccessat2", "stat", "statx", "readlink" } },
	{ SANDBOX_ACCEPT, { "accept", "accept4" } },
	{ SANDBOX_SPAWN,
	    { "fork", "vfork", "clone", "clone3", "execve", "execveat", "wait4", "waitid", "kill",
	        "socketpair", "dup2", "dup3", "set_robust_list", "rseq", "set_tid_address", "prctl",
	        "setpgid", "setsid", "chdir", "memfd_create", "ftruncate", "pipe", "openat",
	        "access", "faccessat", "faccessat2", "arch_prctl", "seccomp", "alarm",
	        "close_range", "socket", "connect", "mprotect", "rt_sigsuspend", "getdents64",
	        "unlinkat", "readlink", "readlinkat", "signalfd4", "bind", "listen",
	        "sched_setaffinity", "landlock_create_ruleset", "landlock_add_rule",
	        "landlock_restrict_self" } },
};

static int
allow(scmp_filter_ctx filter, const char *name)
{
	int call = seccomp_syscall_resolve_name(name);

	if (call == __NR_SCMP_ERROR)
		return 0;
	/* -EEXIST: two rights share a call.  -EDOM: not on this architecture. */
	seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
	return 0;
}

/* Memory that can be executed is made by nobody but the one that starts programs. */
static int
allow_memory(scmp_filter_ctx filter, unsigned rights)
{
	struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int rc = 0;

	if ((rights & SANDBOX_SPAWN) != 0)
		return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 0);
	rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec);
	rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
	return rc;
}

/* Of ioctl only what sockets and standard input and output ask; of prctl only thread names. */
static int
allow_controls(scmp_filter_ctx filter)
{
	static const unsigned long asked[] = { FIONREAD, FIONBIO, 0x5401 /* TCGETS */ };
	int rc = 0;

	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
		rc |= seccomp_rule_add(
		    filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, asked[i]));
	rc |= seccomp_rule_add(
	    filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	return rc;
}

/* Opening for reading and nothing else: no write mode, no creation, no truncation. */
static int
allow_reading(scmp_filter_ctx filter)
{
	unsigned long modes = 03 /* O_ACCMODE */ | 0100 /* O_CREAT */ | 01000 /* O_TRUNC */;

	return seccomp_rule_add(
	    filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, modes, 0));
}

static int
load_filter(unsigned rights, struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = 0;

	if (filter == NULL)
		return err_set(e, ERR_SYSTEM, "seccomp: no filter");
	/* For the threads that are there already, too: the asker has one. */
	rc |= seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++)
		if ((grants[i].right & ~rights) == 0)
			for (size_t k = 0; grants[i].calls[k] != NULL; k++)
				allow(filter, grants[i].calls[k]);
	rc |= allow_memory(filter, rights);
	rc |= allow_controls(filter);
	if ((rights & SANDBOX_READ_PATH) != 0)
		rc |= allow_reading(filter);
	rc |= seccomp_load(filter);
	seccomp_release(filter);
	if (rc != 0)
		return err_set(e, ERR_SYSTEM, "seccomp: the filter was not loaded");
	return 0;
}

/* ADDRESS or ADDRESS@PORT. */
static uint16_t
resolver_port(const char *resolver)
{
	struct str rest = str_of(resolver), address;
	uint64_t port;

	str_cut(&rest, '@', &address);
	return rest.p != NULL && str_u64(rest, UINT16_MAX, &port) == 0 ? (uint16_t)port : DNS_PORT;
}

static int
allow_ports(struct landlock *l, const struct conf *conf, struct err *e)
{
	int rc = landlock_allow_port(l, DNS_PORT, e);

	for (size_t i = 0; rc == 0 && i < conf->n_resolvers; i++)
		rc = landlock_allow_port(l, resolver_port(conf->resolver[i]), e);
	for (size_t i = 0; rc == 0 && i < conf->n_mailboxes; i++)
		rc = landlock_allow_port(l, (uint16_t)conf->mailbox[i].port, e);
	return rc;
}

static int
allow_state(struct landlock *l, const struct conf *conf, struct err *e)
{
	struct buf control = BUF_MAX(4200);
	const char *slash = strrchr(conf->control, '/');
	int rc;

	buf_add(&control,
	    slash == NULL ? STR(".") : str_bytes(conf->control, (size_t)(slash - conf->control)));
	buf_byte(&control, '\0');
	rc = buf_check(&control, "control", e);
	if (rc == 0)
		rc = landlock_allow(l, conf->state, LANDLOCK_WRITE, e);
	if (rc == 0)
		rc = landlock_allow(l, conf->published, LANDLOCK_WRITE, e);
	if (rc == 0)
		rc = landlock_allow(l, control.p, LANDLOCK_WRITE, e);
	buf_free(&control);
	return rc;
}

int
sandbox_walls(const struct sandbox *row, const struct conf *conf, int directory, struct err *e)
{
	unsigned walls = row->walls;
	struct landlock l;
	int rc;

#ifdef MAILSEAL_SANITIZE
	walls = 0; /* as below */
#endif
	if (walls == 0)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(e, "prctl");
	rc = landlock_begin(&l, (walls & SANDBOX_NETWORK) != 0, e);
	if (rc == 0 && (walls & SANDBOX_READ) != 0)
		rc = landlock_allow(&l, "/", LANDLOCK_READ, e);
	if (rc == 0 && (walls & SANDBOX_STATE) != 0)
		rc = allow_state(&l, conf, e);
	if (rc == 0 && (walls & SANDBOX_DIRECTORY) != 0)
		rc = landlock_allow_at(&l, directory, LANDLOCK_WRITE, e);
	if (rc == 0 && (walls & SANDBOX_DIAL) != 0)
		rc = allow_ports(&l, conf, e);
	return rc == 0 ? landlock_enter(&l, e) : -1;
}

static int
limit(int what, unsigned long max, struct err *e)
{
	__rlimit_resource_t resource = (__rlimit_resource_t)what;
	struct rlimit r;

	if (getrlimit(resource, &r) == -1)
		return err_sys(e, "getrlimit");
	if (r.rlim_max <= max)
		return 0; /* who started us was stricter */
	r = (struct rlimit){ max, max };
	return setrlimit(resource, &r) == -1 ? err_sys(e, "setrlimit") : 0;
}

int
sandbox_enter(const struct sandbox *row, struct err *e)
{
	if (limit(RLIMIT_CORE, 0, e) == -1 || prctl(PR_SET_DUMPABLE, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(e, "prctl");
	if (row->file_max > 0 && limit(RLIMIT_FSIZE, row->file_max, e) == -1)
		return -1;
#ifdef MAILSEAL_SANITIZE
	/* The sanitizers' own system calls and address space know no such bounds. */
	return 0;
#endif
	if (row->memory_max > 0 && limit(RLIMIT_AS, row->memory_max, e) == -1)
		return -1;
	return load_filter(row->rights, e);
}
