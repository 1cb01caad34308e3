/* SPDX-License-Identifier: ISC */
#include "proc/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"

enum {
	LINE_MAX_BYTES = 2048, /* less than PIPE_BUF: lines of several processes never mix */
};

/* What stands in a line is made safe for a terminal, and one line. */
void
event(const char *verb, const char *fmt, ...)
{
	struct buf text = BUF_MAX(LINE_MAX_BYTES), line = BUF_MAX(LINE_MAX_BYTES);
	char raw[LINE_MAX_BYTES / 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	utf8_add_safe(&text, str_of(raw));
	buf_printf(&line, "%s%s%.*s\n", verb, text.n > 0 ? " " : "", (int)text.n, text.p);
	if (write(STDERR_FILENO, line.p, line.n) == -1) {
		/* Nobody reads our log: nothing is lost that is not in the store. */
	}
	buf_free(&text);
	buf_free(&line);
}

static const char *
kind_word(enum err_kind kind)
{
	static const char *const words[] = {
		[ERR_NONE] = "none",
		[ERR_SYNTAX] = "syntax",
		[ERR_LIMIT] = "limit",
		[ERR_SYSTEM] = "system",
		[ERR_RETRY] = "retry",
		[ERR_REFUSED] = "refused",
		[ERR_CONFIG] = "config",
		[ERR_DAMAGED] = "damaged",
		[ERR_INPUT] = "input",
		[ERR_OUTPUT] = "output",
		[ERR_LATER] = "later",
	};

	return words[kind];
}

void
event_err(const char *what, const struct err *e)
{
	event("error", "what=%s kind=%s text=\"%s\"", what, kind_word(e->kind), e->text);
}
