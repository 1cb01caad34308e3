/* SPDX-License-Identifier: ISC */
#include "seal/words.h"

#include "base/utf8.h"

static const char *const table[WORDS][LANGS] = {
	[WORD_NONE] = { "", "" },
	[WORD_HOLDS] = { "holds", "se cumple" },
	[WORD_FAILS] = { "fails", "falla" },
	[WORD_NOT_PROVEN] = { "not proven", "no probado" },

	[WORD_CONTAINER_HOLDS] = { "Every byte of the file is where this format puts it.",
	    "Cada byte del archivo está donde lo pone este formato." },
	[WORD_CONTAINER_FAILS] = { "The file is not as this format is written: {}.",
	    "El archivo no está escrito según este formato: {}." },
	[WORD_RECORD_HOLDS] = { "The {} records can be read and belong to one log and one message.",
	    "Los {} registros se leen y pertenecen a un mismo libro y a un mismo mensaje." },
	[WORD_RECORD_FAILS] = { "The records do not belong together: {}.",
	    "Los registros no van juntos: {}." },
	[WORD_LEAF_HOLDS] = { "Each record gives its entry in the log.",
	    "Cada registro da su entrada en el libro." },
	[WORD_LEAF_FAILS] = { "A record does not give its entry in the log: {}.",
	    "Un registro no da su entrada en el libro: {}." },
	[WORD_INCLUSION_HOLDS] = { "All records are in the log's tree of {} entries.",
	    "Todos los registros están en el árbol del libro, de {} entradas." },
	[WORD_INCLUSION_FAILS] = { "A record is not in the log's tree: {}.",
	    "Un registro no está en el árbol del libro: {}." },
	[WORD_CHECKPOINT_HOLDS] = { "The key that you gave signed this tree.",
	    "La clave que usted dio firmó este árbol." },
	[WORD_CHECKPOINT_NAMED] = { "The key of log {}, as this file says, signed this tree.",
	    "La clave del libro {}, según este archivo, firmó este árbol." },
	[WORD_CHECKPOINT_FAILS] = { "The tree is not signed by its log: {}.",
	    "El árbol no está firmado por su libro: {}." },
	[WORD_T2_NOT_PROVEN] = { "No time stamp is in the file; only the operator says when it "
	                         "existed.",
	    "El archivo no lleva sello de tiempo; solo el operador dice cuándo existía." },
	[WORD_COMMITMENTS_HOLD] = { "The message and all values are those that were sealed.",
	    "El mensaje y todos los valores son los que se sellaron." },
	[WORD_COMMITMENTS_FAIL] = { "Something is not what was sealed: {}.",
	    "Algo no es lo que se selló: {}." },
	[WORD_DKIM_HOLDS] = { "Verified again, with the result that was sealed: {}.",
	    "Verificado de nuevo, con el resultado que se selló: {}." },
	[WORD_DKIM_NONE] = { "The message has no DKIM signature.",
	    "El mensaje no tiene firma DKIM." },
	[WORD_DKIM_FAILS] = { "Verified again, the result is not the one that was sealed: {}.",
	    "Verificado de nuevo, el resultado no es el que se selló: {}." },
	[WORD_DKIM_LIMIT] = { "Not verified again: {}.", "No verificado de nuevo: {}." },
	[WORD_FINDINGS_HOLD] = { "Found again, as they were sealed, by the answers that the "
	                         "operator kept: {}.",
	    "Halladas de nuevo, tal como se sellaron, según las respuestas que guardó el operador: "
	    "{}." },
	[WORD_FINDINGS_OTHER_RULES] = { "Not compared: they were sealed under rules version {}.",
	    "No comparadas: se sellaron bajo la versión {} de las reglas." },
	[WORD_DKIM_UNEXAMINED] = { "The message was not examined.",
	    "El mensaje no fue examinado." },
	[WORD_KEY_OPERATOR] = { "The keys are those of the DNS answers that the operator kept, "
	                        "without DNSSEC chain: {}.",
	    "Las claves son las de las respuestas DNS que guardó el operador, sin cadena DNSSEC: "
	    "{}." },
	[WORD_KEY_NONE] = { "No key was used.", "No se usó ninguna clave." },
	[WORD_ARC_HOLDS] = { "The ARC chain verifies: {}.", "La cadena ARC se verifica: {}." },
	[WORD_ARC_NONE] = { "The message has no ARC chain.", "El mensaje no tiene cadena ARC." },
	[WORD_ARC_NOT_PROVEN] = { "The ARC chain does not verify: {}.",
	    "La cadena ARC no se verifica: {}." },
	[WORD_SPF_HOLDS] = { "The client that the provider's trace names may send for the domain, "
	                     "by "
	                     "the answers that the operator kept: {}.",
	    "El cliente que nombra la traza del proveedor puede enviar por el dominio, según las "
	    "respuestas que guardó el operador: {}." },
	[WORD_SPF_NONE] = { "No trace of the receiving provider names the SMTP session: SPF was "
	                    "not "
	                    "evaluated.",
	    "Ninguna traza del proveedor receptor nombra la sesión SMTP: SPF no se evaluó." },
	[WORD_SPF_NOT_PROVEN] = { "SPF does not show that the client may send for the domain: {}.",
	    "SPF no muestra que el cliente pueda enviar por el dominio: {}." },
	[WORD_DMARC_HOLDS] = { "What verifies belongs to the domain in From, by the policy and the "
	                       "suffix list that the operator kept: {}.",
	    "Lo verificado pertenece al dominio de From, según la política y la lista de sufijos "
	    "que guardó el operador: {}." },
	[WORD_DMARC_NOT_PROVEN] = { "It is not shown by DMARC that the domain in From sent it: {}.",
	    "DMARC no muestra que lo enviara el dominio de From: {}." },
	[WORD_CLAIM_HOLDS] = { "A domain's server signed it.",
	    "Lo firmó el servidor de un dominio." },
	[WORD_CLAIM_NOT_PROVEN] = { "No signature that verifies covers it.",
	    "Ninguna firma que se verifique lo cubre." },

	[WORD_TITLE] = { "message {}", "mensaje {}" },
	[WORD_LOG] = { "log", "libro" },
	[WORD_ARRIVED] = { "arrived, as the mailbox's server says",
	    "recibido, según el servidor del buzón" },
	[WORD_SEALED] = { "sealed, as the operator says", "sellado, según el operador" },
	[WORD_BY] = { "by", "por" },
	[WORD_FINDING] = { "finding", "hallazgo" },
	[WORD_REQUIRED] = { "Required: {}.", "Requerido: {}." },
	[WORD_PROVEN] = { "All that is required holds, and nothing fails.",
	    "Todo lo requerido se cumple y nada falla." },
	[WORD_SOMETHING_FAILS] = { "Something fails.", "Algo falla." },
	[WORD_SOMETHING_NOT_PROVEN] = { "Something that is required is not proven.",
	    "Algo de lo requerido no está probado." },

	[WORD_FIXED_FIRST] = { "that it was transmitted to anyone but the filing mailbox",
	    "que se transmitiera a alguien más que al buzón de archivo" },
	[WORD_FIXED_FIRST + 1] = { "that it was read", "que se leyera" },
	[WORD_FIXED_FIRST + 2] = { "which person wrote it", "qué persona lo escribió" },
	[WORD_FIXED_FIRST + 3] = { "that no later record contradicts this one",
	    "que ningún registro posterior contradiga este" },
	[WORD_FIXED_LAST] = { "that the operator sealed nothing else, here or in another log",
	    "que el operador no sellara nada más, aquí o en otro libro" },
};

const char *
word(enum lang lang, enum word w)
{
	return table[w][lang];
}

void
words_add(struct buf *out, enum lang lang, enum word w, struct str detail)
{
	struct str sentence = str_of(word(lang, w));
	ptrdiff_t at = str_find(sentence, STR("{}"));

	if (at == -1) {
		buf_add(out, sentence);
		return;
	}
	buf_add(out, str_head(sentence, (size_t)at));
	utf8_add_safe(out, detail);
	buf_add(out, str_from(sentence, (size_t)at + 2));
}

int
lang_named(struct str name, enum lang *lang)
{
	if (!str_eq(name, STR("en")) && !str_eq(name, STR("es")))
		return -1;
	*lang = str_eq(name, STR("es")) ? LANG_ES : LANG_EN;
	return 0;
}
