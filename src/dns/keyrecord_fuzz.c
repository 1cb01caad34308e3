/* SPDX-License-Identifier: ISC */
/* A key is only what can be read as one; and what is read twice is the same. */
#include "dns/keyrecord.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(1 << 20);
	struct keyrecord k, again;

	keyrecord_parse(a, str_bytes(data, size), &k);
	keyrecord_parse(a, str_bytes(data, size), &again);
	if (k.kind != again.kind || k.strict != again.strict)
		abort();
	if (k.kind == KEYRECORD_KEY && k.key.type == KEY_ED25519 && k.key.point.n != 32)
		abort();
	if (k.kind == KEYRECORD_KEY && k.key.type == KEY_RSA &&
	    (k.key.modulus.n == 0 || k.key.exponent.n == 0))
		abort();
	arena_free(a);
	return 0;
}
