/* SPDX-License-Identifier: ISC */
#include "auth/authres.h"

#include "msg/token.h"

static bool
goes_on(struct str s)
{
	return s.n > 0 && s.p[0] != '(' && str_trim(str_head(s, 1)).n > 0;
}

/* A value up to the next blank, comment or semicolon; quoted strings in it are whole. */
static struct str
value(struct str *rest)
{
	struct str start;

	token_skip(rest);
	start = *rest;
	while (goes_on(*rest) && token_word(rest, ";").n > 0)
		continue;
	return str_head(start, (size_t)(rest->p - start.p));
}

/* What stands before the next semicolon that is in no comment and no quoted string. */
static struct str
element(struct str *rest)
{
	struct str start = *rest;

	for (token_skip(rest); rest->n > 0 && rest->p[0] != ';'; token_skip(rest))
		if (token_word(rest, ";").n == 0)
			*rest = str_from(*rest, 1);
	return str_head(start, (size_t)(rest->p - start.p));
}

/* "dkim/1 = pass" and what follows. */
static int
read_result(struct str s, struct authres_result *r)
{
	r->method = token_word(&s, "/=;");
	if (token_char(&s, '/'))
		token_word(&s, "=;");
	if (!token_char(&s, '='))
		return -1;
	r->result = token_word(&s, ";");
	r->properties = s;
	return r->method.n > 0 && r->result.n > 0 ? 0 : -1;
}

int
authres_open(struct authres *a, struct str body, struct err *e)
{
	struct str head = element(&body), words = head, version;
	struct authres_result r;

	*a = (struct authres){ .authserv_id = str_head(head, 0), .rest = body };
	if (read_result(head, &r) == 0) {
		a->first = head;
		return 0;
	}
	a->authserv_id = value(&words);
	version = value(&words);
	token_skip(&words);
	if (a->authserv_id.n > 0 && (version.n == 0 || str_eq(version, STR("1"))) && words.n == 0)
		return 0;
	*a = (struct authres){ 0 };
	return err_set(e, ERR_SYNTAX, "RFC 8601 2.2: no authserv-id, or another version");
}

static bool
is_none(struct str s)
{
	struct str word = value(&s);

	token_skip(&s);
	return s.n == 0 && (word.n == 0 || str_caseeq(word, STR("none")));
}

/* What stands where the name should, or what comes behind the next semicolon. */
static bool
next_element(struct authres *a, struct str *s)
{
	bool is_first = a->first.n > 0;

	if (!is_first && !token_char(&a->rest, ';'))
		return false;
	*s = is_first ? a->first : element(&a->rest);
	a->first.n = 0;
	return true;
}

int
authres_next(struct authres *a, struct authres_result *r, struct err *e)
{
	struct str s;

	while (next_element(a, &s)) {
		*r = (struct authres_result){ 0 };
		if (is_none(s))
			continue;
		if (read_result(s, r) == 0)
			return 1;
		*r = (struct authres_result){ 0 };
		return err_set(e, ERR_SYNTAX, "RFC 8601 2.2: no method and result");
	}
	return 0;
}

bool
authres_property(struct str *rest, struct authres_property *p)
{
	for (token_skip(rest); rest->n > 0; token_skip(rest)) {
		*p = (struct authres_property){ .property = token_word(rest, ".=") };
		if (token_char(rest, '.')) {
			p->ptype = p->property;
			p->property = token_word(rest, "=");
		}
		if (token_char(rest, '=')) {
			p->value = value(rest);
			if (p->property.n > 0 && p->value.n > 0)
				return true;
		}
	}
	return false;
}
