#include "app/qr.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN 2

struct qr {
    QRcode *code;
};

struct qr *qr_create(const char *text)
{
    struct qr *qr = malloc(sizeof(*qr));

    if (qr == NULL) {
        return NULL;
    }
    qr->code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    if (qr->code == NULL) {
        free(qr);
        return NULL;
    }
    return qr;
}

void qr_destroy(struct qr *qr)
{
    if (qr != NULL) {
        QRcode_free(qr->code);
        free(qr);
    }
}

static size_t width(const struct qr *qr)
{
    return (size_t)qr->code->width + 2 * (size_t)MARGIN;
}

size_t qr_columns(const struct qr *qr)
{
    return width(qr);
}

size_t qr_rows(const struct qr *qr)
{
    return (width(qr) + 1) / 2;
}

/* Beyond the code everything is light. */
static bool is_dark(const struct qr *qr, size_t column, size_t row)
{
    size_t size = (size_t)qr->code->width;

    if (column < MARGIN || row < MARGIN || column - MARGIN >= size || row - MARGIN >= size) {
        return false;
    }
    return (qr->code->data[(row - MARGIN) * size + column - MARGIN] & 1) != 0;
}

void qr_print_row(const struct qr *qr, size_t row, bool is_light, char *line)
{
    static const char *const halves[] = {" ", "\u2584", "\u2580", "\u2588"};

    *line = '\0';
    for (size_t column = 0; column < width(qr); column++) {
        bool is_upper_drawn = is_dark(qr, column, 2 * row) == is_light;
        bool is_lower_drawn = is_dark(qr, column, 2 * row + 1) == is_light;
        const char *half = halves[(is_upper_drawn ? 2 : 0) + (is_lower_drawn ? 1 : 0)];

        memcpy(line, half, strlen(half) + 1);
        line += strlen(half);
    }
}
