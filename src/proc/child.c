/* SPDX-License-Identifier: ISC */
#include "proc/child.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

enum {
	CONFIG_MAX = 1 << 20, /* a thousand mailboxes would not fill it */
};

/* The whole of a file that the parent passed. */
static int
read_fd(int fd, struct buf *text, struct err *e)
{
	struct stat st;
	char *room;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "configuration");
	room = buf_room(text, (size_t)st.st_size);
	if (room == NULL)
		return buf_check(text, "configuration", e);
	if (pread(fd, room, (size_t)st.st_size, 0) != st.st_size)
		return err_sys(e, "configuration");
	return 0;
}

static int
take_start(struct child *c, struct msg *m, struct err *e)
{
	struct buf text = BUF_MAX(CONFIG_MAX);
	int rc = -1;

	if (!msg_is(m, "start") || m->fd[0] == -1) {
		err_set(e, ERR_SYNTAX, "\"start\" with a configuration wanted");
		goto out;
	}
	if (read_fd(m->fd[0], &text, e) == -1)
		goto out;
	c->conf = conf_parse(buf_str(&text), "configuration", e);
	if (c->conf == NULL)
		goto out;
	c->directory = m->fd[1];
	m->fd[1] = -1;
	rc = 0;
out:
	msg_close_fds(m);
	buf_free(&text);
	return rc;
}

int
child_start(struct child *c, int fd, const char *role, const char *name, const struct sandbox *row,
    struct err *e)
{
	struct msg m;
	int rc;

	*c = (struct child){ .role = role, .name = name, .directory = -1, .sandbox = row };
	channel_open(&c->parent, fd);
	rc = channel_recv(&c->parent, &m, e);
	if (rc == 0)
		return err_set(e, ERR_RETRY, "the parent is gone");
	if (rc == -1)
		return -1;
	return take_start(c, &m, e);
}

int
child_walls(struct child *c, struct err *e)
{
	c->walled = true;
	if (sandbox_walls(c->sandbox, c->conf, c->directory, e) == -1)
		return err_at(e, "walls of %s", c->role);
	return 0;
}

int
child_ready(struct child *c, struct err *e)
{
	if (!c->walled && child_walls(c, e) == -1)
		return -1;
	if (sandbox_enter(c->sandbox, e) == -1)
		return err_at(e, "sandbox of %s", c->role);
	return channel_send(c->parent.fd, STR(""), -1, -1, e, "ready");
}
