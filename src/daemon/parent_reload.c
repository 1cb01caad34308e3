/* SPDX-License-Identifier: ISC */
/*
 * parent_reload: SIGHUP.  A bad configuration is a trouble, and the one before stays in force.  With
 * a good one everybody is stopped in order, as at the end, and started anew: what is configured is
 * read in one place, and mailboxes may come, go and change.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/parent.h"
#include "proc/event.h"

enum {
	TEXT_MAX = 1 << 20, /* bytes, as conf.c */
};

static int
open_config(struct str text, struct err *e)
{
	int fd = memfd_create("configuration", MFD_CLOEXEC);

	if (fd == -1 || pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
		return err_sys(e, "memfd");
	return fd;
}

struct conf *
parent_read(const char *path, int *config, struct err *e)
{
	struct buf text = BUF_MAX(TEXT_MAX);
	struct conf *conf = NULL;

	if (conf_read(path, &text, e) == 0)
		conf = conf_parse(buf_str(&text), path, e);
	if (conf != NULL)
		*config = open_config(buf_str(&text), e);
	buf_free(&text);
	if (conf == NULL || *config != -1)
		return conf;
	conf_free(conf);
	return NULL;
}

/* ---- is it good? ---- */

static int
check_file(const char *path, const char *directive, struct err *e)
{
	if (path == NULL || access(path, R_OK) == 0)
		return 0;
	err_sys(e, "%s = %s", directive, path);
	e->kind = ERR_CONFIG;
	return -1;
}

/* What would end a child at its start. */
static int
check(const struct conf *now, const struct conf *fresh, struct err *e)
{
	if (strcmp(now->state, fresh->state) != 0)
		return err_set(e, ERR_CONFIG, "another state is another log: restart mailseald");
	if (check_file(fresh->trust_anchor, "trust_anchor", e) == -1)
		return -1;
	for (size_t i = 0; i < fresh->n_mailboxes; i++)
		if (check_file(fresh->mailbox[i].ca_file, "ca_file", e) == -1)
			return -1;
	return 0;
}

void
parent_tell_configuration(struct parent *p, const struct err *e)
{
	struct member *keeper = parent_keeper(p);
	struct buf text = BUF_MAX(2 * sizeof e->text);

	if (e != NULL)
		buf_printf(&text, "%s\nmend it, then systemctl reload mailseald", e->text);
	if (keeper != NULL)
		channel_send(
		    keeper->channel.fd, buf_str(&text), -1, -1, NULL, "trouble code=configuration");
	buf_free(&text);
}

bool
parent_reload(struct parent *p)
{
	struct err e = { 0 };
	int config = -1;
	struct conf *fresh = parent_read(p->path, &config, &e);

	if (fresh != NULL && check(p->conf, fresh, &e) == 0) {
		p->fresh = fresh;
		p->fresh_config = config;
		return true;
	}
	event_err("reload", &e);
	parent_tell_configuration(p, &e);
	if (fresh != NULL)
		close(config);
	conf_free(fresh);
	return false;
}

void
parent_renew(struct parent *p)
{
	close(p->family.config);
	conf_free(p->conf);
	p->conf = p->fresh;
	p->fresh = NULL;
	family_plan(&p->family, p->conf, p->fresh_config);
	channel_send(p->runner.fd, STR(""), -1, -1, NULL, "reload");
	for (size_t i = 0; i < ERRANDS; i++)
		channel_send(p->errand[i].fd, STR(""), -1, -1, NULL, "reload");
	p->announced = false;
	p->summary_due = 0;
	event("reloaded", "mailboxes=%zu", p->conf->n_mailboxes);
}
