/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_KEEPER_H
#define DAEMON_KEEPER_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/ranges.h"
#include "dns/evidence.h"
#include "keys/custodian.h"
#include "keys/workkey.h"
#include "proc/child.h"
#include "seal/record.h"
#include "store/ledger.h"
#include "store/mailbox.h"
#include "store/store.h"
#include "store/trouble.h"
#include "tlog/note.h"

/*
 * keeper: the hub, and the one writer.  Its files, as the way of a message:
 *
 *	keeper.c             the loop: who speaks, and what he says to which of the rest
 *	keeper_start.c       what is opened before the sandbox closes
 *	keeper_message.c     a message becomes a record
 *	keeper_mailbox.c     what a mailbox holds becomes a record
 *	keeper_object.c      its bytes, encrypted, and the key for the custodians
 *	keeper_batch.c       records become durable, then acknowledged
 *	keeper_sign.c        the tree is signed and published
 *	keeper_held.c        the bytes that wait for a checker, and those asked for again
 *	keeper_reread.c      or read from the archive, while that is open
 *	keeper_job.c         a checker at work
 *	keeper_ask.c         what it needs to know of the DNS
 *	keeper_examination.c what it found becomes a record
 *	keeper_trouble.c     what is wrong at the moment (keeper_trouble.h)
 *	keeper_errand.c      when a command is to be run (keeper_errand.h)
 *	keeper_alarm.c       and what the alarm command is told
 *	keeper_watch.c       looks around for what nobody tells
 *	keeper_control.c     what `mailseal status` asks
 *	keeper_custodian.c   custodians come and go
 *
 * 1. Nothing is acknowledged, signed or shown before store_commit returned.
 * 2. A function that returns -1 leaves *e and ends the process: the next one re-reads the disk.
 *    What a peer does wrong is not that: he is let go and the parent brings a new one.
 * 3. Mail is never parsed here: header and body are split by a byte search, the rest is hashed.
 */

enum {
	KEEPER_CHECKERS = 64, /* as daemon/family.h */
	KEEPER_CLIENTS = 8,   /* control connections at a time; more wait in the kernel's queue */
	KEEPER_CUSTODIANS = 16,
};

/* A fetcher, and the mailbox it watches. */
struct box {
	const struct conf_mailbox *conf;
	struct channel channel; /* fd -1: not there */
	bool open;              /* a session is; then the next three are what it said */
	uint64_t uidvalidity;
	char tls[16];
	struct hash certificate;
	uint64_t quota_used_kb, quota_limit_kb; /* as the server said; limit 0: it did not */
	bool retired;                           /* not watched any more */
	bool counted;                           /* it has caught up, and said so */
	bool careful;                           /* the last one ended before that */
	bool renumbered;                        /* there are messages of other UIDVALIDITYs */
	struct ranges there;                    /* UIDs that it says are there, so far */
	uint64_t tried; /* the UID that was last said to be tried, and how often */
	unsigned tries;
	unsigned session;   /* counts sessions: who is answered is who asked */
	bool asked;         /* for a message again; one at a time */
	uint64_t asked_for; /* its seq */
	uint64_t asked_uid;
	struct ledger_job again_at; /* jobs up to it are held, or were asked for in this session */
	int64_t again_ms;           /* monotonic: not to be looked for more of them before */
	int64_t unwatched_ms;       /* monotonic: since when no session is; 0: one is */
	char why[200];              /* there is none, as the fetcher said last */
};

/* A message whose bytes are here. */
struct held {
	int fd; /* a sealed memfd; -1: this place is free */
	uint64_t seq, size;
	int64_t next_ms; /* not to be examined before; Unix */
	bool at_work;
};

/* A question of a job. */
struct question {
	struct need need; /* the name is in the job's arena */
	int answer;       /* its number; -1: asked, and not answered yet */
};

/* A checker, and the job it has. */
struct worker {
	char name[24];
	struct channel channel; /* fd -1: not there */
	struct held *held;      /* NULL: idle; the rest is the job's */
	uint64_t job;           /* its number, from 1, never used again */
	int64_t began_ms;       /* monotonic */
	int64_t as_of;          /* Unix seconds: the arrival, as of which it is judged */
	struct hash record;     /* of the message */
	struct arena *arena;
	struct question question[LIMIT_QUESTIONS];
	struct dns_answer answer[LIMIT_QUESTIONS]; /* in the order they were given; no packets */
	size_t n_questions, n_answers;
	size_t answer_bytes; /* of their packets, up to LIMIT_JOB_ANSWERS */
	struct buf lines;
};

/* What is told when the batch is durable. */
struct ack {
	struct box *box; /* who is answered; NULL: nobody, only an event is told */
	const char *event;
	unsigned session;
	bool again; /* it was filed before: only to be answered */
	uint64_t seq, uid, credit;
	bool last; /* an examination: the key of `of` is wrapped no longer */
	uint64_t of;
	struct hash record;
	int64_t began_ms; /* monotonic */
	char text[160];   /* of the event */
};

enum {
	BATCH_ACKS = LIMIT_BATCH_MESSAGES + 8,
};

struct batch {
	bool open;
	bool
	    pressing; /* somebody waits for it; else it is evidence of jobs at work, which does not */
	int64_t due_ms;   /* monotonic: commit then at the latest */
	int64_t ended_ms; /* monotonic: when the one before was committed */
	bool busy;        /* it began right after that one: more is coming, and shares its commit */
	uint64_t bytes;
	struct ack ack[BATCH_ACKS];
	size_t n;
};

/* The signer, and how far it got. */
struct signing {
	struct channel channel;
	bool known;         /* it said its last */
	uint64_t last_size; /* what it signed last */
	struct hash last_root;
	int64_t next_ms; /* monotonic: not to be asked before */
	bool pending;    /* it was asked for the next two */
	uint64_t size;
	struct hash root;
	int64_t began_ms; /* monotonic: when its tiles were begun */
};

/* A run of alarm_command or publish_command; times are monotonic. */
struct errand_run {
	bool running, wanted;
	uint64_t id;           /* of the last run */
	int64_t began_ms;      /* the last; 0: none */
	int64_t not_before_ms; /* after one that failed */
	int64_t pause_ms;      /* that was waited then */
};

enum {
	ALARMS_AN_HOUR = 60, /* as conf's alarm_per_hour allows */
};

/* What alarm_command is told, and was. */
struct alarm {
	int64_t untold_ms; /* monotonic: since when something is to be told; 0: nothing is */
	int64_t sent_ms[ALARMS_AN_HOUR];
	size_t n_sent; /* within the last hour */
	bool summary_due, is_summary;
};

/* What is seen by looking around: keeper_watch.c.  Times are monotonic; 0: it is not so. */
struct outlook {
	int64_t look_ms;           /* when to look next */
	uint64_t published;        /* records, when it was looked last */
	int64_t unsigned_ms;       /* since when no checkpoint was published though there is more */
	int64_t unsynchronised_ms; /* since when the kernel says so of its clock */
	int64_t dns_failing_ms;    /* since when every question failed */
	int64_t flows_ms;          /* when to look for silence next */
	int64_t probed_ms;         /* when the root was asked then */
	bool probe_failed;         /* and did not answer either */
	char state[128];           /* what the parent was told last */
	bool full;                 /* no message is taken: the disk is nearly full */
};

struct keeper {
	struct child *child;
	struct store *store;
	struct vkey vkey;
	struct crypto *crypto;
	struct hash binary;                            /* SHA-256 of the program that runs */
	struct custodian custodian[KEEPER_CUSTODIANS]; /* as store_custodian numbers them */

	struct box box[CONF_MAILBOXES];
	size_t n_boxes;
	struct worker worker[KEEPER_CHECKERS];
	size_t n_workers;
	struct channel asker;
	struct signing signing;
	int control;
	struct channel client[KEEPER_CLIENTS];

	struct held held[LIMIT_HELD_MESSAGES];
	uint64_t held_bytes;
	struct workkeys *workkeys;
	struct ledger_job reread_at; /* the last job that was looked at for rereading */
	uint64_t jobs;               /* numbers given out */
	int64_t wake_ms;   /* monotonic: when the next job may begin; -1: none is pending */
	int64_t expire_ms; /* monotonic: when to look for jobs that are too old */
	struct batch batch;
	uint64_t durable;   /* records that were committed */
	int64_t stop_by_ms; /* monotonic; 0: not stopping */

	struct {
		struct trouble trouble; /* code NULL: this place is free */
		bool dirty;             /* not written down as it is */
		int telling; /* what the alarm command is being told of it, as trouble.told */
	} trouble[LIMIT_TROUBLES];
	bool troubles_dirty;
	struct errand_run errand[2]; /* by enum errand */
	struct alarm alarm;
	struct outlook outlook;
};

/* ---- keeper_start.c ---- */

/* *k is zeroed.  0, or -1: ERR_CONFIG and ERR_DAMAGED are a person's to mend. */
int keeper_start(struct keeper *k, struct child *c, struct err *e);
void keeper_end(struct keeper *k);

/* ---- keeper.c ---- */

/* 0, with *e: what a peer says is not in protocol.h, or not now. */
int keeper_refuse(struct err *e, const char *why);

/* ---- keeper_message.c: what a fetcher says ---- */

/* 1, 0 when it is not to be listened to any more (*e says why), -1. */
int keeper_hear_fetcher(struct keeper *k, struct box *box, struct msg *m, struct err *e);
void keeper_box_gone(struct box *box);

/* ---- keeper_mailbox.c: what a fetcher says of its folder ---- */

struct generation box_generation(const struct box *box);
/* A session began: tells the fetcher where to go on.  1, or -1. */
int keeper_resume(struct keeper *k, struct box *box, uint64_t uidnext, struct err *e);
int keeper_hear_folder(struct keeper *k, struct box *box, struct msg *m, struct err *e);
void keeper_box_lost(struct box *box); /* its session is over */
/* Its last record, and its fetcher is sent away; in a batch. */
int keeper_retire(struct keeper *k, struct box *box, struct err *e);
struct box *keeper_box(struct keeper *k, struct str name); /* NULL: not configured */

/* ---- keeper_object.c: what is secret of a record that is being made ---- */

struct sealing {
	struct seed seed;
	uint8_t key[32];   /* of the object */
	struct buf values; /* lines that open the record's commitments */
	struct pack_place object;
	struct hash ciphertext;
};

void sealing_begin(struct sealing *s); /* with a fresh seed and key */
void sealing_end(struct sealing *s);   /* forgets them */
/* The values, then `size` bytes of fd, encrypted into the pack; in a batch. */
int sealing_object(struct keeper *k, struct sealing *s, int fd, uint64_t size, struct err *e);
/* The head of the next record, after sealing_object; s NULL: it hides nothing. */
struct record_head sealing_head(
    struct keeper *k, const struct sealing *s, enum record_kind kind, int64_t now_ms);
/* Adds the record, and its slot for each custodian.  of: -1 when it is about no other. */
int sealing_add(struct keeper *k, const struct sealing *s, const struct record_head *h,
    struct str bytes, int64_t of, struct err *e);

enum {
	KEEPER_CHUNK = 65536, /* bytes read of a message at once */
};
/* Bytes of fd from offset to `end`, at most a chunk: how many, or -1. */
ssize_t keeper_read(int fd, char chunk[KEEPER_CHUNK], uint64_t offset, uint64_t end, struct err *e);
/* The bytes [from, to) of fd are the next segment. */
int keeper_hash_segment(
    struct seghash *s, int fd, uint64_t from, uint64_t to, struct str kind, struct err *e);

/* ---- keeper_batch.c ---- */

int batch_begin(struct keeper *k, struct err *e);
void batch_press(struct keeper *k); /* somebody waits for it */
/* Tells of it when it is durable. */
void batch_ack(struct keeper *k, const struct ack *a, uint64_t bytes);
bool batch_full(const struct keeper *k);
/* When to commit though nobody says anything more (monotonic); -1: there is nothing to. */
int64_t batch_due_ms(const struct keeper *k);
/* Makes what was added durable, then says so.  Nothing to do is fine. */
int batch_end(struct keeper *k, struct err *e);

/* ---- keeper_sign.c ---- */

int keeper_hear_signer(struct keeper *k, struct msg *m, struct err *e); /* as hear_fetcher */
bool keeper_wants_signature(const struct keeper *k);
/* When a signature will be wanted (monotonic); -1: all there is was published, or asked for. */
int64_t keeper_sign_due_ms(const struct keeper *k);
/* Asks for it; outside a batch. */
int keeper_sign(struct keeper *k, struct err *e);

/* ---- keeper_held.c ---- */

/* Takes the descriptor over, and may close it at once: then it is asked for again later. */
void held_add(struct keeper *k, uint64_t seq, int fd, uint64_t size, int64_t next_ms);
void held_drop(struct keeper *k, struct held *h);
struct held *held_find(struct keeper *k, uint64_t seq);
/* The one to be examined next, due or not; NULL when none waits. */
struct held *held_next(struct keeper *k);
/* Asks the fetchers for bytes that jobs want. */
int held_refill(struct keeper *k, struct err *e);

/* ---- keeper_reread.c ---- */

/* state: the state directory, opened. */
int reread_start(struct keeper *k, int state, struct err *e);
/* Holds the next job that is due, whose bytes are not here and whose key is: 1, 0 when there is
 * none, -1. */
int reread_next(struct keeper *k, int64_t now_ms, struct err *e);

/* ---- keeper_job.c: what a checker says ---- */

int keeper_hear_checker(struct keeper *k, struct worker *w, struct msg *m, struct err *e);
/* It died, and with it perhaps the job. */
int keeper_checker_gone(struct keeper *k, struct worker *w, struct err *e);
/* The record of a message, and as of when it is judged: when it arrived, as the server says, but
 * not later than our clock (Unix seconds). */
int keeper_arrival(
    struct keeper *k, uint64_t seq, struct hash *sha256, int64_t *as_of, struct err *e);
/* Gives each idle checker a job, and sets wake_ms. */
int keeper_assign(struct keeper *k, struct err *e);

/* ---- keeper_ask.c ---- */

/* Lines "<type> <name>": 1, 0 when they are none, -1. */
int keeper_needs(struct keeper *k, struct worker *w, struct str lines, struct err *e);
int keeper_hear_asker(struct keeper *k, struct msg *m, struct err *e);
int keeper_asker_gone(struct keeper *k, struct err *e);

/* ---- keeper_practice.c ---- */

struct examination_lines;
/* How the sender's domain signs, from the last examination of the message seq, in a batch; less
 * than was usual is a trouble (store/practice.h).  as_of: Unix seconds.  0, -1. */
int keeper_learn(struct keeper *k, const struct examination_lines *lines, uint64_t seq,
    int64_t as_of, struct err *e);

/* ---- keeper_examination.c ---- */

/* The checker's lines become a record: 1, 0 when they are not what the grammar allows, -1. */
int keeper_examined(struct keeper *k, struct worker *w, struct err *e);
/* The checkers died of it. */
int keeper_unexaminable(struct keeper *k, struct held *h, struct err *e);

/* ---- keeper_watch.c ---- */

/* Looks around, when it is time to, and raises and clears troubles. */
int keeper_look(struct keeper *k, struct err *e);
/* Before the store is opened: a full disk gets back the room that was kept for this. */
void keeper_reserve_release(struct keeper *k);
/* That question was answered, or failed. */
void keeper_saw_answer(struct keeper *k, uint64_t id, bool answered);

/* ---- keeper_control.c ---- */

void keeper_accept(struct keeper *k);
/* A request of `mailseal custodian`, and its answer: 0, or -1. */
int keeper_hear_custodian(struct keeper *k, struct channel *client, struct msg *m, struct err *e);
/* How all is in a few words, to the parent, when it changed. */
int keeper_tell_state(struct keeper *k, struct err *e);
int keeper_hear_client(struct keeper *k, struct channel *client, struct err *e);

#endif
