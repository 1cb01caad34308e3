/* SPDX-License-Identifier: ISC */
#ifndef KEYS_DICTIONARY_H
#define KEYS_DICTIONARY_H

#include <stddef.h>

/*
 * dictionary: what small objects are compressed with.  It is a file of the release, compiled in as
 * it is (src/keys/dictionary-1.zstd, made once by etc/make-dictionary of mails that it makes up),
 * and never changes: objects name it, in their zstd frame.  A better one gets the next number, and
 * this one stays for what it wrote.
 */
#define DICTIONARY_ID 0x6d730001u

extern const unsigned char dictionary_1[];
extern const size_t dictionary_1_size;

#endif
