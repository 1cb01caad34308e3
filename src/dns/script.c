/* SPDX-License-Identifier: ISC */
#include "dns/script.h"

#include "base/utf8.h"
#include "dns/name.h"
#include "dns/punycode.h"

enum script {
	LATIN = 1,
	GREEK = 2,
	CYRILLIC = 4,
	ARMENIAN = 8,
};

/* Letters that a confusion table takes for one ASCII letter (UTS 39, confusables.txt of Unicode 15),
 * of those that stand in U-labels and are of use outside of phonetic writing, or were used to deceive;
 * and the top-level domains of those who write so: there a word of such letters is a word. */
static const struct {
	const char *letters, *at_home;
} look_alikes[] = {
	{ "ıɑɡɩɪʏ", ".az.tr." },
	{ "αγινορσυϲϳ", ".cy.eu.gr." },
	{ "агеорсухѕіјѵүһҽӏԁԛԝ", ".bg.by.kg.kz.md.me.mk.mn.rs.ru.su.tj.ua.uz." },
	{ "ագզհոռսցքօ", ".am." },
};

/* The blocks of their letters; what else is in these is in no U-label. */
static const struct {
	uint32_t first, last;
	enum script script;
} blocks[] = {
	{ 'a', 'z', LATIN },
	{ 0xdf, 0x24f, LATIN },
	{ 0x250, 0x2af, LATIN }, /* of phonetics */
	{ 0x370, 0x3ff, GREEK },
	{ 0x400, 0x52f, CYRILLIC },
	{ 0x531, 0x58f, ARMENIAN },
	{ 0x1c80, 0x1c8f, CYRILLIC },
	{ 0x1e00, 0x1eff, LATIN },
	{ 0x1f00, 0x1fff, GREEK },
	{ 0x2c60, 0x2c7f, LATIN },
	{ 0x2de0, 0x2dff, CYRILLIC },
	{ 0xa640, 0xa69f, CYRILLIC },
	{ 0xa720, 0xa7ff, LATIN },
	{ 0xab30, 0xab6f, LATIN },
};

static unsigned
script_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
		if (c >= blocks[i].first && c <= blocks[i].last)
			return blocks[i].script;
	return 0;
}

/* The label's characters; 0: it is in ASCII, or cannot be decoded. */
static size_t
decode(struct str label, uint32_t *c)
{
	size_t n;

	if (!str_casestarts(label, STR("xn--")) ||
	    punycode_decode(str_from(label, 4), c, &n, NULL) == -1)
		return 0;
	return n;
}

static bool
label_is_mixed(struct str label)
{
	uint32_t c[PUNYCODE_MAX];
	unsigned scripts = 0;
	size_t n = decode(label, c);

	for (size_t i = 0; i < n; i++)
		scripts |= script_of(c[i]);
	return (scripts & (scripts - 1)) != 0;
}

bool
script_is_mixed(struct str name)
{
	struct str label;

	while (str_cut(&name, '.', &label))
		if (label_is_mixed(label))
			return true;
	return false;
}

static bool
has_letter(const char *letters, uint32_t c)
{
	struct str rest = str_of(letters);
	uint32_t one;

	while (utf8_next(&rest, &one))
		if (one == c)
			return true;
	return false;
}

/* Does it look like ASCII to those of that domain? */
static bool
looks_ascii(uint32_t c, struct str top)
{
	for (size_t i = 0; i < sizeof look_alikes / sizeof look_alikes[0]; i++)
		if (has_letter(look_alikes[i].letters, c))
			return str_find(str_of(look_alikes[i].at_home), top) == -1;
	return c < 128;
}

static bool
label_looks_ascii(struct str label, struct str top)
{
	uint32_t c[PUNYCODE_MAX];
	size_t n = decode(label, c), i = 0;

	while (i < n && looks_ascii(c[i], top))
		i++;
	return n > 0 && i == n;
}

/* The last label and the dot before it, with another behind it; empty when it is in no ASCII. */
static struct str
top_level(struct str name, struct buf *text)
{
	size_t at = name.n;
	struct str label;

	while (at > 0 && name.p[at - 1] != '.')
		at--;
	label = str_from(name, at);
	if (!str_casestarts(label, STR("xn--")))
		buf_printf(text, ".%.*s.", STR_FMT(label));
	return buf_str(text);
}

bool
script_looks_ascii(struct str name)
{
	struct buf text = BUF_MAX(DNS_NAME_MAX);
	struct str top = top_level(name, &text), label;
	bool looks = false;

	while (top.n > 0 && str_cut(&name, '.', &label))
		looks = looks || label_looks_ascii(label, top);
	buf_free(&text);
	return looks;
}
