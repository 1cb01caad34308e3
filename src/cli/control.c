/* SPDX-License-Identifier: ISC */
#include "cli/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
control_open(const char *path, struct channel *c, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof a.sun_path)
		return err_set(
		    e, ERR_CONFIG, "control: longer than %zu bytes", sizeof a.sun_path - 1);
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_sys(e, "socket");
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
		channel_open(c, fd);
		return 0;
	}
	if (errno == ENOENT || errno == ENOTDIR || errno == ECONNREFUSED)
		err_set(e, ERR_RETRY, "mailseald is not running (nobody listens on %s)", path);
	else if (errno == EACCES)
		err_set(
		    e, ERR_REFUSED, "%s: may not be asked; root and mailseald's user may", path);
	else
		err_sys(e, "%s", path);
	close(fd);
	return -1;
}

int
control_answer(struct channel *c, struct msg *m, struct err *e)
{
	int rc = channel_recv(c, m, e);

	if (rc == 0)
		return err_set(
		    e, ERR_RETRY, "mailseald closed the connection: are you root or its user?");
	if (rc == 1)
		msg_close_fds(m);
	if (rc == 1 && msg_is(m, "failed"))
		return err_set(
		    e, ERR_REFUSED, "mailseald: %.*s", STR_FMT(str_head(m->payload, 300)));
	return rc == 1 ? 0 : -1;
}
