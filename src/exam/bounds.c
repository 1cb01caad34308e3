/* SPDX-License-Identifier: ISC */
#include "exam/bounds.h"

#include <malloc.h>
#include <stddef.h>
#include <sys/time.h>

#include "base/limits.h"

const struct sandbox bounds_sandbox = {
	.role = "checker",
	.memory_max = LIMIT_CHECK_MEMORY,
	.walls = SANDBOX_WALLS,
};

/* ITIMER_PROF counts what the process uses, in it and in the kernel for it, and is not RLIMIT_CPU,
 * which counts from its birth. */
static void
set(uint64_t ms)
{
	struct itimerval t = { .it_value = {
		                   (time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000) } };

	setitimer(ITIMER_PROF, &t, NULL);
}

enum {
	KEPT = 4 << 20,    /* more than any but the largest messages take */
	OF_HEAP = 1 << 20, /* what is larger is mapped, and goes at once */
};

/* glibc gives every hundred kilobytes back to the kernel and takes them again: a third of the time
 * of a message of usual size. */
void
bounds_start(void)
{
	mallopt(M_TRIM_THRESHOLD, KEPT);
	mallopt(M_MMAP_THRESHOLD, OF_HEAP);
}

void
bounds_begin(uint64_t bytes)
{
	set(LIMIT_CHECK_CPU_MS + (bytes >> 20) * LIMIT_CHECK_CPU_MS_PER_MB);
}

void
bounds_end(void)
{
	set(0);
}
