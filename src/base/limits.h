/* SPDX-License-Identifier: ISC */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stdint.h>

/*
 * limits: every ceiling, with the reason for its value.  Sizes in bytes.
 */

/* A message as IMAP gives it: larger than any provider takes (Gmail 25 MB, Exchange 150 MB). */
#define LIMIT_MESSAGE (UINT64_C(256) << 20)

/* The header that is parsed: 32 times the usual largest, and with the copy that is signed no more
 * than 16 MB in a checker.  What lies beyond is filed, unparsed. */
#define LIMIT_HEADER (2u << 20)

/* What is remembered of one message while it is examined: views of LIMIT_FIELDS fields, decoded
 * signatures; again as much for the answers and results of a run. */
#define LIMIT_EXAMINATION (24u << 20)

/* Fields looked at; the largest real header seen had 400. */
#define LIMIT_FIELDS 20000u

/* Mailboxes of From whose display names are looked at: there should be one. */
#define LIMIT_AUTHORS 16u

/* Names of fields that no signature binds, as they are told: a message has a dozen. */
#define LIMIT_UNBOUND 64u

/* Multiparts within multiparts that are told apart; forwarded threads have five or six. */
#define LIMIT_MIME_DEPTH 16u

/* A boundary (RFC 2046 section 5.1.1 allows 70 characters). */
#define LIMIT_BOUNDARY 200u

/* The header of a part, and a line of it; what is larger is not looked into. */
#define LIMIT_PART_HEADER (64u << 10)
#define LIMIT_PART_LINE   1024u

/* Work of finding the parts of a body, in bytes: their delimiters and headers; and each line that
 * begins with a hyphen, one for each multipart it may delimit.  A thousand images within a text
 * take half of it. */
#define LIMIT_MIME_WORK (1u << 20)

/* Text of a part, and of all parts, in which links to files are looked for: a newsletter has 100 KB
 * of it. */
#define LIMIT_LINK_PART (256u << 10)
#define LIMIT_LINK_TEXT (1u << 20)

/* Fine segments of an examination (FORMATS section 2); the remainder is one. */
#define LIMIT_SEGMENTS 4096u

/* DKIM signatures verified and listed: work an attacker can ask of us. */
#define LIMIT_SIGNATURES_VERIFIED 16u
#define LIMIT_SIGNATURES_LISTED   256u

/* Bytes hashed for the signatures of one message, each with each of its keys: a hundred signatures
 * over a header of 64 KB take 7 MB. */
#define LIMIT_SIGNED_BYTES (24u << 20)

/* i= of a signature as it stands: an address has 320 characters (RFC 5321 section 4.5.3.1), each of
 * which may be written as three (RFC 6376 section 2.11), and folded. */
#define LIMIT_IDENTITY 2048u

/* Tags in one list (RFC 6376 section 3.2); the RFCs define fifteen, providers add a few. */
#define LIMIT_TAGS 64u

/* Distinct hashes of one body: every signature looked at may bring its own l=. */
#define LIMIT_BODY_HASHES (LIMIT_SIGNATURES_VERIFIED + LIMIT_ARC_SETS)

/* Records of one key name that are tried; there should be one (RFC 6376 section 3.6.2.2). */
#define LIMIT_KEY_RECORDS 8u

/* Bytes of what a signature says of itself that are told and recorded: a domain has 253, i= 64
 * more. */
#define LIMIT_SIGNATURE_NAME 320u

/* Results in Authentication-Results fields that are held against our own; a usual message brings
 * four.  Of one ARC set so many are told, with so many properties, and so many bytes of a word:
 * all sets together, written as JSON, which makes six of one, leave room for all signatures below
 * LIMIT_POOL_RESULT. */
#define LIMIT_TESTIMONY      1000u
#define LIMIT_TESTIMONY_TOLD 6u
#define LIMIT_TESTIMONY_WORD 80u

/* ARC sets (RFC 8617 section 4.2.1). */
#define LIMIT_ARC_SETS 50u

/* Questions of one walk up the DNS tree: RFC 9989 section 4.10; longer names are shortened. */
#define LIMIT_TREE_WALK 8u

/* What is made of one answer, for as long as it is looked at: the data of 512 TXT records, their text,
 * eight keys.  Nothing of it is kept, for a sender can publish many. */
#define LIMIT_ANSWER (256u << 10)

/* SPF (RFC 7208 section 4.6.4): terms that ask the DNS, names of an mx or ptr, questions without an
 * answer. */
#define LIMIT_SPF_TERMS 10u
#define LIMIT_SPF_NAMES 10u
#define LIMIT_SPF_VOIDS 2u

/* What an SMTP client says of itself: a path of 256 (RFC 5321 section 4.5.3.1.3), with room; and
 * what macros make of it: names are cut to 253, an explanation is some lines of a reply. */
#define LIMIT_SPF_NAME      512u
#define LIMIT_SPF_EXPANSION 4096u

/* What one run of SPF makes of its answers: 512 records of each of 123 packets, and the text of
 * 25; a usual one takes 10 KB.  Apart from the rest of the examination, which must not suffer from it. */
#define LIMIT_SPF_RUN (4u << 20)

/* A DNS packet: the length prefix of TCP (RFC 1035 section 4.2.2). */
#define LIMIT_DNS_PACKET 65535u

/* A zone file given to `mailseal check`: the keys of a hundred thousand selectors.  A lookup reads
 * all records, so the count bounds work, too. */
#define LIMIT_ZONE         (64u << 20)
#define LIMIT_ZONE_RECORDS 131072u

/* RSA moduli that are computed, in bits: browsers stop at 4096, and all verifiers must agree. */
#define LIMIT_RSA_BITS 4096u

/* A line of an IMAP server outside of literals: a UID list of 16,384 takes 180 KB. */
#define LIMIT_IMAP_LINE (256u << 10)

/* All lines of one answer: the parser keeps them; 20,000 changed flags take 1.2 MB. */
#define LIMIT_IMAP_ANSWER (4u << 20)

/* Parentheses open at once in it: what we ask for nests three deep; the parser recurses. */
#define LIMIT_IMAP_DEPTH 32u

/* Ranges of UIDs in one set: a folder of a quarter of a million messages with every second one
 * removed; 8 bytes each in memory, as text at most 22. */
#define LIMIT_UID_RANGES 131072u

/* UIDs as text in a line of a `mailbox` record: a thousand ranges; a usual mailbox has a dozen.
 * What does not fit is counted. */
#define LIMIT_RECORD_UIDS (16u << 10)

/* UIDs of a mailbox that are known one by one to be missing: there should be none, and what is more
 * is found when these are; and when one is tried again, in seconds. */
#define LIMIT_MISSING         16384u
#define LIMIT_MISSING_RETRY_S 5, 10, 60, 600, 3600, 21600, 86400

/* Seconds after which a message that came to one of two twin accounts should be in the other: a
 * provider's queue is tried again within an hour. */
#define LIMIT_TWIN_S 3600

/* Messages of a folder that are counted one by one; with more it is not counted. */
#define LIMIT_EXISTS (4u << 20)

/* The DNS answers of one examination: 64 of the largest packets; a usual one is 1 KB.  What is more
 * counts as not answered: a sender can publish as much. */
#define LIMIT_JOB_ANSWERS (4u << 20)

/* A record of the log: 4,096 commitments and results, with room. */
#define LIMIT_RECORD (1u << 20)

/* The lines of one examination on their way to the keeper, and the values of one record: 4,096
 * segments of 60 bytes, 256 signatures with names of 255. */
#define LIMIT_EXAMINATION_LINES (1u << 20)
#define LIMIT_VALUES            (1u << 20)

/* The manifest of a backup: 256 MB a pack, 100 bytes a line: ten thousand packs. */
#define LIMIT_MANIFEST (1u << 20)

/* A bundle: the largest message and its evidence; and files in it: an examination a day for a
 * year, two files each, and a packet for every signature. */
#define LIMIT_BUNDLE         (320u << 20)
#define LIMIT_BUNDLE_FILES   2048u
#define LIMIT_BUNDLE_RECORDS (32u << 20) /* bytes of all records: each key is looked for in them */
#define LIMIT_BUNDLE_TEXT    (256u << 10)
#define LIMIT_BUNDLE_SALTS   (64u << 20)

/* What a verifier keeps beside the file: tables of its parts, values that were opened. */
#define LIMIT_VERIFY (32u << 20)

/* Work of a verifier, in bytes read or hashed: an examination a day for a year takes some dozen MB;
 * a bundle can be forged that would take hours. */
#define LIMIT_VERIFY_WORK (512u << 20)

/* A batch of the keeper: what one commit may make durable, and how long the first may wait for it:
 * less than a person notices, more than an fsync takes.  (PROTOCOL_CREDIT bounds what waits.) */
#define LIMIT_BATCH_MESSAGES 64u
#define LIMIT_BATCH_BYTES    (4u << 20)
#define LIMIT_BATCH_MS       20

/* Between two checkpoints: each costs about ten fsyncs, so a flood of mail shares them; a single
 * mail is in a checkpoint at once. */
#define LIMIT_SIGN_PAUSE_MS 200

/* Messages the keeper holds for the checkers, as memfds: eight of the largest usual mails a
 * checker; descriptors are bounded by 1,024 in all.  What does not fit is fetched again. */
#define LIMIT_HELD_BYTES    (UINT64_C(256) << 20)
#define LIMIT_HELD_MESSAGES 256u

/* Troubles at a time: three for each of 64 mailboxes, and some; more are only in the log. */
#define LIMIT_TROUBLES 256u

/* Sending domains whose flow of mail is learned: 700 bytes each. */
#define LIMIT_FLOWS 1000u

/* DNS questions of one examination: sixteen signatures, the two of fifty ARC sets, 123 of SPF
 * (auth/spf.c); of DMARC 20 by the list, and 8 and 17 times 7 by tree walks. */
#define LIMIT_QUESTIONS 512u

/*
 * When an incomplete examination is done again, in seconds after the last: a resolver that was
 * restarted, a name server that was, an outage; then hourly.  It ends after seven days, when
 * Gmail's own signatures expire and senders rotate their keys: what stands then stands.
 */
#define LIMIT_RETRY_S         5, 60, 300, 1800, 3600
#define LIMIT_RETRY_LONGEST_S 604800

/* Examinations in all when nothing is wanting of the signatures, only SPF or DMARC: three and a half
 * hours by the pauses above.  A receiver would have the sender try again (RFC 7489 section 6.6.3); a
 * domain whose policy nobody can learn has thousands of messages, and each time is a record. */
#define LIMIT_POLICY_ROUNDS 8u

/* Address space of a process that examines: mailseald and its libraries map 40 MB, the worst message
 * (tests/bench/shapes) makes 16 MB of it resident; and of `mailseal check` with a zone file, which
 * its workers have from their parent. */
#define LIMIT_CHECK_MEMORY (96u << 20)
#define LIMIT_ZONE_MEMORY  (4 * LIMIT_ZONE)

/*
 * CPU time of one examination, after which the process ends: a second is what the worst message
 * of 25 MB should need, times five for a slow machine; and for each MB of it five times what
 * hashing it six times costs.
 */
#define LIMIT_CHECK_CPU_MS        5000u
#define LIMIT_CHECK_CPU_MS_PER_MB 50u

/* Tasks of a pool that are under way or done before an earlier one; the bytes of such results; and
 * one result: `mailseal check` says less than 1 MB of the worst message. */
#define LIMIT_POOL_TASKS  128u
#define LIMIT_POOL_BYTES  (16u << 20)
#define LIMIT_POOL_RESULT (4u << 20)

/* One packet between processes; the kernel refuses above about 212 KB. */
#define LIMIT_PACKET (96u << 10)

/* Leaves of a log: what Go's int64 and SQLite's INTEGER count. */
#define LIMIT_TREE ((uint64_t)INT64_MAX)

/* An entry in a bundle of tiles: its length prefix (C2SP tlog-tiles). */
#define LIMIT_ENTRY 65535u

/* Signature lines of a note: C2SP signed-note wants 16 taken; Go's notes stop at 100. */
#define LIMIT_NOTE_SIGNATURES 100u

/* A key name or an origin: C2SP tlog-cosignature counts it in one byte. */
#define LIMIT_KEY_NAME 255u

/* A signed note: checkpoint, our signature, cosignatures of two dozen witnesses with ML-DSA. */
#define LIMIT_NOTE (128u << 10)

/* A .tlog-proof: a note, 64 hashes of 45 characters, and what an application adds. */
#define LIMIT_PROOF (LIMIT_NOTE + (16u << 10))

#endif
