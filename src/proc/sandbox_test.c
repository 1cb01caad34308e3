/* SPDX-License-Identifier: ISC */
#include "proc/sandbox.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "config.h"

static void
open_for_reading(void)
{
	open("/etc/passwd", O_RDONLY);
}

static void
open_for_writing(void)
{
	open("/dev/null", O_WRONLY);
}

static void
make_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void
make_memfd(void)
{
	memfd_create("x", 0);
}

static void
make_executable(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
start_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void
allocate(void)
{
	free(malloc(1 << 20));
}

/* As libsodium does with the memory of keys. */
static void
lock_memory(void)
{
	static char page[4096];

	mlock(page, sizeof page);
	munlock(page, sizeof page);
}

static const struct {
	const char *what;
	void (*act)(void);
	unsigned rights;
	bool allowed;
} rows[] = {
	{ "nothing special", allocate, 0, true },
	{ "locked memory", lock_memory, 0, true },
	{ "read without the right", open_for_reading, 0, false },
	{ "read", open_for_reading, SANDBOX_READ_PATH, true },
	{ "write with the right to read", open_for_writing, SANDBOX_READ_PATH, false },
	{ "write", open_for_writing, SANDBOX_FILES_PATH, true },
	{ "socket without the right", make_socket, SANDBOX_FILES_PATH | SANDBOX_MEMFD, false },
	{ "socket", make_socket, SANDBOX_CONNECT, true },
	{ "memfd without the right", make_memfd, SANDBOX_CONNECT, false },
	{ "memfd", make_memfd, SANDBOX_MEMFD, true },
	{ "executable memory", make_executable, SANDBOX_FILES_PATH, false },
	{ "exec without the right", start_program, SANDBOX_FILES_PATH, false },
	{ "exec", start_program, SANDBOX_SPAWN, true },
};

/* How a process in that sandbox ended: 0, or the signal that killed it. */
static int
ended(unsigned rights, void (*act)(void))
{
	struct sandbox row = { "test", rights, 0, 0, 0 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (sandbox_enter(&row, NULL) == -1)
			_exit(100);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void
rights(void **state)
{
	(void)state;
#ifdef MAILSEAL_SANITIZE
	skip(); /* sandbox.c says why */
#endif
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		int how = ended(rows[i].rights, rows[i].act);

		if (how != (rows[i].allowed ? 0 : SIGSYS))
			fail_msg("%s: ended with %d", rows[i].what, how);
	}
}

static void
report_dumpable(void)
{
	_exit(prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
}

static void
not_dumpable(void **state)
{
	(void)state;
#ifdef MAILSEAL_SANITIZE
	skip();
#endif
	assert_int_equal(ended(SANDBOX_SPAWN, report_dumpable), 0);
}

/* A thread that waits for the sandbox, and then does what it forbids. */
static pthread_barrier_t entered;

static void *
wait_and_open(void *unused)
{
	pthread_barrier_wait(&entered);
	open_for_reading();
	return unused;
}

static void
thread_of_before(void)
{
	struct sandbox row = { "test", 0, 0, 0, 0 };
	pthread_t thread;

	pthread_barrier_init(&entered, NULL, 2);
	pthread_create(&thread, NULL, wait_and_open, NULL);
	if (sandbox_enter(&row, NULL) == -1)
		_exit(100);
	pthread_barrier_wait(&entered);
	pthread_join(thread, NULL);
}

static void
all_threads(void **state)
{
	(void)state;
#ifdef MAILSEAL_SANITIZE
	skip();
#endif
	assert_int_equal(ended(SANDBOX_SPAWN, thread_of_before), SIGSYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights),
		cmocka_unit_test(not_dumpable),
		cmocka_unit_test(all_threads),
	};

	return cmocka_run_group_tests_name("proc/sandbox", tests, NULL, NULL);
}
