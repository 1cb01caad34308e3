/* SPDX-License-Identifier: ISC */
/*
 * clock: preloaded into a daemon under test, it moves its wall clock by so many seconds as stand in
 * the file MAILSEAL_CLOCK (a signed 64-bit number, mapped once: no system call is made later, so that
 * a sandbox stays as it is).  The monotonic clock is left alone, as a real jump would leave it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset;
static int (*real_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("MAILSEAL_CLOCK");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	void *page = MAP_FAILED;

	real_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	if (fd != -1) {
		page = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
		close(fd);
	}
	if (page != MAP_FAILED)
		offset = page;
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = real_gettime(id, t);

	if (rc == 0 && offset != NULL && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		t->tv_sec += *offset;
	return rc;
}

time_t
time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	out->tv_sec = t.tv_sec;
	out->tv_usec = t.tv_nsec / 1000;
	return 0;
}
