/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/limits.h"
#include "seal/examination.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * What the keeper takes from a checker becomes a record that can be read, whose segments tile the
 * message.  The first byte is the message's size.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dns_answer answer = {
		.name = { "s._domainkey.a.ex", 17 }, .type = DNS_TXT, .outcome = DNS_ANSWERED
	};
	static const struct evidence evidence = { &answer, 1 };
	static const struct seed seed = { { 1 } };
	static struct hash keys[LIMIT_EXAMINATION_LINES / 100];
	struct salter salter = { .seed = &seed };
	const struct examination_about about = {
		.ev = &evidence, .key_record = keys, .salter = &salter
	};
	const struct record_head head = {
		.kind = RECORD_EXAMINATION, .origin = STR("o"), .version = STR("0")
	};
	struct buf body = BUF_MAX(LIMIT_RECORD), values = BUF_MAX(LIMIT_VALUES);
	struct buf record = BUF_MAX(LIMIT_RECORD + 1024);
	struct examination_lines lines;
	struct segment_line s;
	uint64_t end = 0;
	struct err e;

	if (size == 0 ||
	    examination_read(str_bytes(data + 1, size - 1), data[0], &evidence, &lines, &e) == -1)
		return 0;
	for (struct str rest = lines.text; examination_segment(&rest, &s); end += s.length)
		if (s.offset != end)
			abort();
	if (end != data[0])
		abort();
	if (examination_record(&body, &values, &lines, &about, &e) == 0 &&
	    record_write(&record, &head, buf_str(&body), &e) == -1 && e.kind != ERR_LIMIT)
		abort();
	buf_free(&body);
	buf_free(&values);
	buf_free(&record);
	return 0;
}
