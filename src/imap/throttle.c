/* SPDX-License-Identifier: ISC */
#include "imap/throttle.h"

enum {
	TEXT_MAX = 400, /* bytes looked at */
};

static const struct {
	struct str sign; /* in lower case */
	const char *meaning;
} signs[] = {
	{ STR("[throttled]"), "throttled" },
	{ STR("[overquota]"), "over quota" },
	{ STR("[limit]"), "a limit was reached" },
	{ STR("[unavailable]"), "unavailable at the moment" },
	{ STR("[inuse]"), "the mailbox is in use" },
	{ STR("too many simultaneous connections"), "too many connections" },
	{ STR("too many connections"), "too many connections" },
	{ STR("maximum number of connections"), "too many connections" },
	{ STR("bandwidth limit"), "a bandwidth limit was reached" },
	{ STR("command or bandwidth"), "a bandwidth limit was reached" },
	{ STR("too many login"), "too many logins" },
	{ STR("rate limit"), "a rate limit was reached" },
	{ STR("throttled"), "throttled" },
	{ STR("try again later"), "it says: later" },
};

/* Whether the sign stands in the text, whose case does not matter. */
static bool
has(struct str text, struct str sign)
{
	for (; text.n >= sign.n; text = str_from(text, 1))
		if (str_casestarts(text, sign))
			return true;
	return false;
}

int
throttle_check(struct str text, struct err *e)
{
	text = str_head(text, TEXT_MAX);
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (has(text, signs[i].sign))
			return err_set(e, ERR_LATER, "the server wants to be left alone: %s",
			    signs[i].meaning);
	return 0;
}
