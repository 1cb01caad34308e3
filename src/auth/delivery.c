/* SPDX-License-Identifier: ISC */
#include "auth/delivery.h"

#include "msg/date.h"
#include "msg/token.h"

enum {
	/* Queues and greylisting come before the provider's own line.  What is left is how far its
	 * clocks are apart, and how long its filters hold a message. */
	SLACK_S = 3600,

	/* A message may be written, and wait in a queue, for five days (RFC 5321 section 4.5.4.1); a clock
	 * that is ahead is ahead by a zone. */
	OLD_S = 7 * 86400,
	YOUNG_S = 86400,

	HOPS_MAX = 8, /* inside of a provider; Fastmail has five */
};

enum client {
	CLIENT_UNKNOWN,
	CLIENT_INSIDE, /* the provider passes it on to itself */
	CLIENT_OUTSIDE,
};

static bool
near(int64_t a, int64_t b)
{
	return (uint64_t)a - (uint64_t)b + SLACK_S <= 2 * SLACK_S; /* never past 64 bits */
}

/* RFC 5321 4.4: the date stands after the last semicolon; -1 when there is none to read. */
static int64_t
received_at(struct str body)
{
	size_t date = body.n;
	int64_t seconds;

	while (date > 0 && body.p[date - 1] != ';')
		date--;
	return date_parse(str_from(body, date), &seconds, NULL) == -1 ? -1 : seconds;
}

bool
delivery_seen(const struct fields *f, const struct arc *arc, int64_t arrival)
{
	if (arc->n > 0 && near(arc->set[arc->n - 1].seal.signed_at, arrival))
		return true;
	for (uint32_t i = 0; i < f->n; i++)
		if (str_caseeq(f->field[i].name, STR("Received")))
			return near(received_at(f->field[i].body), arrival);
	return false;
}

bool
delivery_is_far_off(const struct fields *f, int64_t at)
{
	const struct header *date = fields_top(f, STR("date"));
	int64_t seconds;

	if (date == NULL || date_parse(date->body, &seconds, NULL) == -1)
		return false;
	return (uint64_t)seconds - (uint64_t)at + OLD_S > OLD_S + YOUNG_S; /* never past 64 bits */
}

/* ---- the session ---- */

/* Of no use on the Internet: RFC 1918, 3927, 6598, 4193, 4291 section 2.4, loopback. */
static bool
is_inside(const struct ip *ip)
{
	static const struct {
		struct ip network;
		unsigned bits;
	} rows[] = {
		{ { 4, { 10 } }, 8 },
		{ { 4, { 127 } }, 8 },
		{ { 4, { 172, 16 } }, 12 },
		{ { 4, { 192, 168 } }, 16 },
		{ { 4, { 169, 254 } }, 16 },
		{ { 4, { 100, 64 } }, 10 },
		{ { 16, { 0xfc } }, 7 },
		{ { 16, { 0xfe, 0x80 } }, 10 },
		{ { 16, { [15] = 1 } }, 128 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (ip_within(ip, &rows[i].network, rows[i].bits))
			return true;
	return false;
}

/* The one address literal in the text, "IPv6:" or not; or all of it.  -1: none, or several. */
static int
address_in(struct str text, struct ip *ip)
{
	ptrdiff_t open = str_chr(text, '['), close;

	if (open != -1) {
		text = str_from(text, (size_t)open + 1);
		close = str_chr(text, ']');
		if (close == -1 || str_chr(str_from(text, (size_t)close), '[') != -1)
			return -1;
		text = str_head(text, (size_t)close);
	}
	text = str_trim(text);
	if (str_casestarts(text, STR("IPv6:")))
		text = str_from(text, 5);
	return ip_parse(text, ip, NULL);
}

static size_t
blank(struct str s)
{
	size_t n = 0;

	while (n < s.n && !char_is_blank(s.p[n]) && s.p[n] != '\r' && s.p[n] != '\n')
		n++;
	return n;
}

/*
 * Is what follows the client, up to "by" and behind it, of no other one?  There are servers that
 * take blanks in a HELO name: one such as "h ([192.0.2.9])" would tell of a client that never was.
 */
static bool
is_alone(struct str rest)
{
	bool by = false;

	for (rest = str_trim(rest); rest.n > 0; rest = str_trim(rest)) {
		struct str word = str_head(rest, blank(rest));
		bool is_by = str_caseeq(word, STR("by"));

		if (is_by ? by : !by && str_chr(word, '[') != -1)
			return false;
		by = by || is_by;
		rest = str_from(rest, word.n);
	}
	return by;
}

static struct str
take_word(struct str *rest)
{
	struct str word;

	*rest = str_trim(*rest);
	word = str_head(*rest, blank(*rest));
	*rest = str_from(*rest, word.n);
	return word;
}

/* "by" name "with LMTP", without an address: handed to the mailboxes through a socket of the host. */
static bool
is_handed_over(struct str rest)
{
	return str_caseeq(take_word(&rest), STR("by")) && take_word(&rest).n > 0 &&
	       str_caseeq(take_word(&rest), STR("with")) &&
	       str_casestarts(take_word(&rest), STR("LMTP"));
}

/* A comment at the start of what is left, without its brackets; the NULL view when there is none. */
static struct str
take_comment(struct str *rest)
{
	struct str comment = { NULL, 0 };

	*rest = str_trim(*rest);
	if (!str_starts(*rest, STR("(")))
		return comment;
	str_cut(rest, ')', &comment);
	return str_from(comment, 1);
}

/*
 * qmail: "from" name "(HELO" HELO-name ") (" address ") by"; Yahoo: the address in place of the
 * name, and one comment.  Both write no more before "by", so that nobody else's address is taken.
 */
static bool
read_greeting(struct str name, struct str comment, struct str rest, struct spf_session *s)
{
	struct str verb = take_word(&comment), helo = take_word(&comment);
	struct str address = take_comment(&rest);

	if (!str_caseeq(verb, STR("HELO")) && !str_caseeq(verb, STR("EHLO")))
		return false;
	if (str_trim(comment).n > 0 || !str_caseeq(take_word(&rest), STR("by")))
		return false;
	/* With both, the comment can be part of what the client said. */
	if ((ip_parse(name, &s->ip, NULL) == 0) == (address.p != NULL))
		return false;
	if (address.p != NULL && ip_parse(address, &s->ip, NULL) == -1)
		return false;
	s->helo = helo;
	return true;
}

/* The address is in the comment; or, as Exim has it, the name is a literal, and the comment says
 * helo=. */
static bool
read_literal(struct str comment, struct spf_session *s)
{
	ptrdiff_t helo = str_find(comment, STR("helo="));

	if (address_in(comment, &s->ip) == -1 &&
	    (!str_starts(s->helo, STR("[")) || address_in(s->helo, &s->ip) == -1))
		return false;
	if (helo != -1) {
		s->helo = str_from(comment, (size_t)helo + 5);
		s->helo = str_head(s->helo, blank(s->helo));
	}
	return true;
}

/*
 * "from" HELO-name "(" [name] "[" address "]" ")" (RFC 5321 section 4.4).  What the client said of
 * itself ends at a blank; the address is in the comment that follows at once.
 */
static enum client
read_client(struct str body, struct spf_session *s)
{
	struct str comment;

	token_skip(&body);
	if (!str_caseeq(take_word(&body), STR("from")))
		return CLIENT_INSIDE;
	s->helo = take_word(&body);
	if (is_handed_over(body))
		return CLIENT_INSIDE;
	comment = take_comment(&body);
	if (!is_alone(body))
		return CLIENT_UNKNOWN;
	if (str_eq(comment, STR("[unix socket]"))) /* Cyrus */
		return CLIENT_INSIDE;
	if (!read_greeting(s->helo, comment, body, s) && !read_literal(comment, s))
		return CLIENT_UNKNOWN;
	s->ip = ip_unmapped(s->ip);
	return is_inside(&s->ip) ? CLIENT_INSIDE : CLIENT_OUTSIDE;
}

/* "<" path ">", perhaps empty. */
static bool
read_path(struct str body, struct str *mailfrom)
{
	body = str_trim(body);
	if (body.n < 2 || body.p[0] != '<' || body.p[body.n - 1] != '>')
		return false;
	*mailfrom = str_head(str_from(body, 1), body.n - 2);
	return blank(*mailfrom) == mailfrom->n;
}

bool
delivery_session(const struct fields *f, int64_t arrival, struct spf_session *s)
{
	const struct header *path = NULL;
	unsigned hops = 0;

	for (uint32_t i = 0; i < f->n; i++) {
		const struct header *h = &f->field[i];
		enum client client;

		if (path == NULL && str_caseeq(h->name, STR("Return-Path")))
			path = h;
		if (!str_caseeq(h->name, STR("Received")))
			continue;
		if (hops++ == HOPS_MAX || !near(received_at(h->body), arrival))
			return false;
		client = read_client(h->body, s);
		if (client == CLIENT_INSIDE)
			continue;
		return client == CLIENT_OUTSIDE && path != NULL &&
		       read_path(path->body, &s->mailfrom);
	}
	return false;
}
