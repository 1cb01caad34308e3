/* SPDX-License-Identifier: ISC */
#include "dns/script.h"

#include "dns/punycode.h"

enum script {
	LATIN = 1,
	GREEK = 2,
	CYRILLIC = 4,
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

static bool
label_is_mixed(struct str label)
{
	uint32_t c[PUNYCODE_MAX];
	unsigned scripts = 0;
	size_t n;

	if (!str_casestarts(label, STR("xn--")) ||
	    punycode_decode(str_from(label, 4), c, &n, NULL) == -1)
		return false;
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
