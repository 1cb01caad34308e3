/* SPDX-License-Identifier: ISC */
/*
 * measure_tool: how often mailseal examines a message, and how often the floor is done for it: the
 * SHA-256 of its bytes and as many RSA verifications, by a context that is ready.
 *
 *	measure_tool all|signatures|floor ZONE SECONDS
 *	stdin: a path a line; stdout: how often, and the CPU seconds that took
 *
 * `all` is what the daemon does; `signatures` only DKIM and ARC.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "auth/arc.h"
#include "auth/dkim.h"
#include "auth/examine.h"
#include "auth/sender.h"
#include "base/limits.h"
#include "dns/zone.h"
#include "exam/bounds.h"
#include "msg/split.h"

enum {
	CHUNK = 65536, /* as the checker reads */
	ANSWERS = 256,
	BETWEEN = 8, /* looks at the clock, each a system call */
	RSA_BITS = 2048,
};

struct bench {
	struct crypto *crypto;
	struct keycache *keycache;
	struct zone *zone;
	struct arena *arena;
	struct dns_answer answer[ANSWERS];
	struct evidence evidence;
	int64_t now;
	unsigned verified; /* of the last message */

	/* the floor */
	EVP_PKEY_CTX *ready;
	EVP_MD *sha256;
	unsigned char signature[RSA_BITS / 8], digest[32];
};

static void
must(int ok)
{
	if (ok != 1)
		abort();
}

static struct buf
read_file(const char *path)
{
	struct buf bytes = BUF_MAX(LIMIT_MESSAGE);
	char chunk[CHUNK];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		abort();
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&bytes, str_bytes(chunk, n));
	fclose(f);
	return bytes;
}

static void
answer(struct bench *b, const struct needs *needs)
{
	for (size_t i = 0; i < needs->n && b->evidence.n < ANSWERS; i++)
		if (zone_answer(b->zone, b->arena, needs->need[i].name, needs->need[i].type,
		        &b->answer[b->evidence.n++], NULL) == -1)
			abort();
}

static unsigned
passed(const struct sig_result *dkim, size_t n_dkim, const struct arc_result *arc)
{
	unsigned n = 0;

	for (size_t i = 0; i < n_dkim; i++)
		n += dkim[i].result == RESULT_PASS;
	for (size_t i = 0; i < arc->n; i++)
		n += (arc->sets[i].ams.result == RESULT_PASS) +
		     (arc->sets[i].seal.result == RESULT_PASS);
	return n;
}

static void
do_all(struct bench *b, struct str message)
{
	struct examine *x = examine_new(b->crypto);
	const struct examination *r;
	struct needs needs;

	examine_keycache(x, b->keycache);
	for (; message.n > 0; message = str_from(message, CHUNK))
		examine_add(x, str_head(message, CHUNK));
	examine_end(x);
	do {
		r = examine_run(x, &b->evidence, b->now, &needs);
		answer(b, &needs);
	} while (needs.n > 0);
	b->verified = passed(r->dkim, r->n_dkim, &r->arc);
	examine_free(x);
}

static void
hash_body(struct bodyhash *bodies, struct str body)
{
	for (; body.n > 0; body = str_from(body, CHUNK))
		bodyhash_add(bodies, str_head(body, CHUNK), NULL);
	bodyhash_end(bodies);
}

/* As examine does it, and nothing but this. */
static void
do_signatures(struct bench *b, struct str message)
{
	struct arena *a = arena_new(LIMIT_EXAMINATION);
	struct bodyhash *bodies = bodyhash_new();
	struct split split = split_start();
	size_t header = split_add(&split, message);
	struct fields fields;
	struct dkim dkim;
	struct arc arc;
	struct needs needs = { .n = 0 };
	struct verifier v = {
		.crypto = b->crypto,
		.keycache = b->keycache,
		.evidence = &b->evidence,
		.needs = &needs,
		.now = b->now,
		.arena = a,
		.keys = arena_new(LIMIT_ANSWER),
		.fields = &fields,
		.bodies = bodies,
		.signed_bytes = BUF_MAX(LIMIT_HEADER),
	};
	struct sig_result *dkim_result;
	struct arc_result arc_result;

	if (fields_parse(a, str_head(message, header), &fields, NULL) == -1 ||
	    dkim_collect(a, &fields, sender_domain(a, &fields), &dkim, NULL) == -1 ||
	    arc_collect(a, &fields, &arc, NULL) == -1)
		abort();
	dkim_result = arena_array(a, dkim.n, sizeof *dkim_result);
	for (size_t i = 0; i < dkim.n; i++)
		dkim_want_body(&dkim.sig[i], bodies);
	arc_want_bodies(&arc, bodies);
	hash_body(bodies, str_from(message, header));
	for (size_t i = 0; i < dkim.n; i++)
		dkim_verify(&v, &dkim.sig[i], &dkim_result[i]);
	arc_verify(&v, &arc, &arc_result);
	b->verified = passed(dkim_result, dkim.n, &arc_result);
	arena_free(v.keys);
	buf_free(&v.signed_bytes);
	bodyhash_free(bodies);
	arena_free(a);
}

static void
do_floor(struct bench *b, struct str message)
{
	uint8_t out[32];

	must(EVP_Digest(message.p, message.n, out, NULL, b->sha256, NULL));
	for (unsigned i = 0; i < b->verified; i++)
		must(EVP_PKEY_verify(
		    b->ready, b->signature, sizeof b->signature, b->digest, sizeof b->digest));
}

static void
prepare_floor(struct bench *b)
{
	EVP_PKEY *key = EVP_RSA_gen(RSA_BITS);
	EVP_PKEY_CTX *signing = EVP_PKEY_CTX_new(key, NULL);
	size_t n = sizeof b->signature;

	b->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(EVP_PKEY_sign_init(signing));
	must(EVP_PKEY_CTX_set_signature_md(signing, b->sha256));
	must(EVP_PKEY_sign(signing, b->signature, &n, b->digest, sizeof b->digest));
	b->ready = EVP_PKEY_CTX_new(key, NULL);
	must(EVP_PKEY_verify_init(b->ready));
	must(EVP_PKEY_CTX_set_signature_md(b->ready, b->sha256));
	EVP_PKEY_CTX_free(signing);
	EVP_PKEY_free(key);
}

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
measure(struct bench *b, const char *what, struct str message, double seconds)
{
	void (*once)(struct bench *, struct str) = strcmp(what, "floor") == 0 ? do_floor
	                                           : strcmp(what, "all") == 0 ? do_all
	                                                                      : do_signatures;
	unsigned long count = 0;
	double began;

	do_all(b, message); /* the keys are asked for, and it is known how many signatures hold */
	if (b->verified == 0 && once == do_floor)
		abort();
	began = cpu();
	do {
		for (unsigned i = 0; i < BETWEEN; i++)
			once(b, message);
		count += BETWEEN;
	} while (cpu() - began < seconds);
	printf("%lu %f\n", count, cpu() - began);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct bench b = {
		.crypto = crypto_native_new(),
		.keycache = keycache_new(),
		.arena = arena_new(1 << 24),
	};
	struct buf zone;
	char *path = NULL;
	size_t room = 0;

	if (argc != 4)
		return 64;
	zone = read_file(argv[2]);
	bounds_start();
	b.zone = zone_parse(buf_str(&zone), argv[2], NULL);
	if (b.zone == NULL)
		return 1;
	b.evidence.answers = b.answer;
	b.now = (int64_t)time(NULL);
	if (strcmp(argv[1], "floor") == 0)
		prepare_floor(&b);
	while (getline(&path, &room, stdin) > 0) {
		struct buf message;

		path[strcspn(path, "\n")] = '\0';
		message = read_file(path);
		measure(&b, argv[1], buf_str(&message), strtod(argv[3], NULL));
		buf_free(&message);
	}
	free(path);
	buf_free(&zone);
	zone_free(b.zone);
	arena_free(b.arena);
	keycache_free(b.keycache);
	crypto_native_free(b.crypto);
	EVP_PKEY_CTX_free(b.ready);
	EVP_MD_free(b.sha256);
	return 0;
}
