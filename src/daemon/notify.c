/* SPDX-License-Identifier: ISC */
#include "daemon/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"

static int notify_fd = -1;
static int64_t watchdog_ms = -1;

/* sd_watchdog_enabled(3): microseconds, for the process named or for any. */
static void
read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	uint64_t us, for_whom = (uint64_t)getpid();

	if (pid != NULL && str_u64(str_of(pid), INT32_MAX, &for_whom) == -1)
		return;
	if (for_whom == (uint64_t)getpid() && usec != NULL &&
	    str_u64(str_of(usec), INT64_MAX, &us) == 0 && us > 0)
		watchdog_ms = (int64_t)(us / 2000) + 1;
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify_open(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	socklen_t n;

	if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof a.sun_path)
		return;
	memcpy(a.sun_path, path, strlen(path));
	n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (a.sun_path[0] == '@')
		a.sun_path[0] = '\0';
	unsetenv("NOTIFY_SOCKET");
	read_watchdog();
	notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify_fd != -1 && connect(notify_fd, (struct sockaddr *)&a, n) == -1) {
		close(notify_fd);
		notify_fd = -1;
	}
}

void
notify(const char *state)
{
	/* A service manager that does not listen is its own trouble. */
	if (notify_fd != -1)
		(void)!send(notify_fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT);
}

int64_t
notify_watchdog_ms(void)
{
	return watchdog_ms;
}
