/* SPDX-License-Identifier: ISC */
#include "msg/taglist.h"

#include <string.h>

/* RFC 6376 3.2: tag-name = ALPHA *(ALPHA / DIGIT / "_"). */
static bool
name_is_good(struct str name)
{
	if (name.n == 0 || !char_is_alpha(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!char_is_alpha(name.p[i]) && !char_is_digit(name.p[i]) && name.p[i] != '_')
			return false;
	return true;
}

/* RFC 6376 3.2: VALCHAR and folding white space; RFC 8616 section 5 adds UTF-8. */
static bool
value_is_good(struct str value)
{
	static const bool is_control[256] = {
		[0 ... '\t' - 1] = true,
		['\n' + 1 ... '\r' - 1] = true,
		['\r' + 1 ... ' ' - 1] = true,
		[127] = true,
	};
	bool bad = false;

	/* To the end: most are good, and so it takes a byte a cycle. */
	for (size_t i = 0; i < value.n; i++)
		bad |= is_control[(unsigned char)value.p[i]];
	return !bad;
}

static int
pair(struct str text, struct taglist *t, struct err *e)
{
	ptrdiff_t equals = str_chr(text, '=');
	struct tag tag;

	if (equals == -1)
		return err_set(e, ERR_SYNTAX, "RFC 6376 3.2: tag without =");
	tag.name = str_trim(str_head(text, (size_t)equals));
	tag.value = str_trim(str_from(text, (size_t)equals + 1));
	if (!name_is_good(tag.name))
		return err_set(e, ERR_SYNTAX, "RFC 6376 3.2: not a tag name");
	if (!value_is_good(tag.value))
		return err_set(e, ERR_SYNTAX, "RFC 6376 3.2: control character in a value");
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->tag[i].name, tag.name))
			return err_set(e, ERR_SYNTAX, "RFC 6376 3.2: tag given twice");
	if (t->n == LIMIT_TAGS)
		return err_set(e, ERR_LIMIT, "more than %u tags", LIMIT_TAGS);
	t->tag[t->n++] = tag;
	return 0;
}

int
taglist_parse(struct str text, struct taglist *t, struct err *e)
{
	struct str rest = text, part;

	t->n = 0;
	while (str_cut(&rest, ';', &part)) {
		bool last = rest.p == NULL;

		if (last && t->n > 0 && str_trim(part).n == 0)
			break; /* what a final `;` leaves */
		if (pair(part, t, e) == -1) {
			t->n = 0;
			return -1;
		}
	}
	return 0;
}

struct str
taglist_get(const struct taglist *t, const char *name)
{
	struct str wanted = str_of(name);

	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->tag[i].name, wanted))
			return t->tag[i].value;
	return (struct str){ NULL, 0 };
}

bool
taglist_item(struct str *rest, struct str *item)
{
	if (!str_cut(rest, ':', item))
		return false;
	*item = str_trim(*item);
	return true;
}

bool
taglist_has(struct str value, struct str item)
{
	struct str rest = value, one;

	while (taglist_item(&rest, &one))
		if (str_eq(one, item))
			return true;
	return false;
}
