/* SPDX-License-Identifier: ISC */
/* parent_errand: commands that the keeper wants to be run, and what it says of how all is. */
#include <stdio.h>
#include <time.h>

#include "base/utf8.h"
#include "conf/schedule.h"
#include "daemon/notify.h"
#include "daemon/parent.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	LAST_ALARM_MS = 20000, /* that an end waits for somebody to be called */
};

int
parent_open_errands(struct parent *p, struct err *e)
{
	for (size_t i = 0; i < ERRANDS; i++) {
		int fd = errand_start((enum errand)i, p->path, e);

		if (fd == -1)
			return -1;
		channel_open(&p->errand[i], fd);
	}
	return 0;
}

void
parent_begin_errand(struct parent *p, const struct msg *m)
{
	uint64_t id;

	if (msg_u64(m, "id", UINT64_MAX, &id, NULL) == -1)
		return;
	for (size_t i = 0; i < ERRANDS; i++)
		if (str_eq(msg_arg(m, "what"), str_of(errand_names[i])))
			channel_send(p->errand[i].fd, m->payload, -1, -1, NULL, "run id=%llu",
			    (unsigned long long)id);
}

int
parent_end_errand(struct parent *p, enum errand what)
{
	struct member *keeper = parent_keeper(p);
	struct err e = { 0 };
	struct msg m;
	uint64_t id;

	if (channel_recv(&p->errand[what], &m, &e) != 1)
		return -1;
	msg_close_fds(&m);
	if (keeper != NULL && msg_u64(&m, "id", UINT64_MAX, &id, &e) == 0)
		channel_send(keeper->channel.fd, m.payload, -1, -1, NULL,
		    "errand what=%s id=%llu result=%s", errand_names[what], (unsigned long long)id,
		    msg_is(&m, "done") ? "done" : "failed");
	return 0;
}

void
parent_tell_state(const struct msg *m)
{
	struct buf text = BUF_MAX(1024);

	buf_add(&text, STR("STATUS="));
	utf8_add_safe(&text, str_head(m->payload, 300));
	buf_byte(&text, '\0');
	notify(text.p);
	buf_free(&text);
}

void
parent_tell_summary(struct parent *p)
{
	struct member *keeper = parent_keeper(p);
	struct schedule s;
	int64_t due;

	if (keeper == NULL || schedule_parse(str_of(p->conf->summary), &s, NULL) == -1)
		return;
	due = schedule_last(&s, time(NULL));
	if (due == p->summary_due)
		return;
	p->summary_due = due;
	channel_send(keeper->channel.fd, STR(""), -1, -1, NULL, "summary due=%lld", (long long)due);
}

void
parent_last_alarm(struct parent *p)
{
	struct channel *c = &p->errand[ERRAND_ALARM];
	int64_t until = clock_ms() + LAST_ALARM_MS;
	struct err e = { 0 };
	struct loop l;
	struct msg m;

	if (p->conf->alarm_command == NULL ||
	    channel_send(c->fd,
	        STR("mailseal: ATTENTION mailseald has stopped\n\nOnly a person can mend it, and "
	            "nothing is filed meanwhile.\nmailseal status and journalctl -u mailseald tell "
	            "why.\n"),
	        -1, -1, &e, "run id=0") == -1)
		return;
	do {
		loop_clear(&l);
		loop_add(&l, c->fd, POLLIN, 0, NULL);
		if (loop_wait(&l, until, &e) != 1 || channel_recv(c, &m, &e) != 1)
			return;
		msg_close_fds(&m);
	} while (!str_eq(msg_arg(&m, "id"), STR("0")) && clock_ms() < until);
}
