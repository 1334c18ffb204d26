#include "yamux/frame.h"

#include "support/test.h"

static const struct {
    const char *bytes;
    struct yamux_frame frame;
} samples[] = {
    {"000100010000000100000000", {YAMUX_FRAME_WINDOW_UPDATE, YAMUX_FLAG_SYN, 1, 0}},
    {"000100020000000100000000", {YAMUX_FRAME_WINDOW_UPDATE, YAMUX_FLAG_ACK, 1, 0}},
    {"000000010000000100000005", {YAMUX_FRAME_DATA, YAMUX_FLAG_SYN, 1, 5}},
    {"000000040000000100000000", {YAMUX_FRAME_DATA, YAMUX_FLAG_FIN, 1, 0}},
    {"000100040000000100000000", {YAMUX_FRAME_WINDOW_UPDATE, YAMUX_FLAG_FIN, 1, 0}},
    {"000100080000000100000000", {YAMUX_FRAME_WINDOW_UPDATE, YAMUX_FLAG_RST, 1, 0}},
    {"0002000100000000deadbeef", {YAMUX_FRAME_PING, YAMUX_FLAG_SYN, 0, 0xdeadbeef}},
    {"0002000200000000deadbeef", {YAMUX_FRAME_PING, YAMUX_FLAG_ACK, 0, 0xdeadbeef}},
    {"000300000000000000000000", {YAMUX_FRAME_GO_AWAY, 0, 0, 0}},
    {"00010008fffffffe00001002",
        {YAMUX_FRAME_WINDOW_UPDATE, YAMUX_FLAG_RST, UINT32_MAX - 1, 0x1002}},
};

static void known_frames_are_written(void)
{
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        uint8_t header[YAMUX_HEADER_BYTES];

        yamux_frame_encode(&samples[i].frame, header);
        expect_bytes(bytes_make(header, sizeof(header)), hex(samples[i].bytes));
    }
}

static void known_frames_are_read(void)
{
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct yamux_frame frame;

        expect_ok(yamux_frame_decode(hex(samples[i].bytes).data, &frame));
        expect_equal(frame.type, samples[i].frame.type);
        expect_equal(frame.flags, samples[i].frame.flags);
        expect_equal(frame.id, samples[i].frame.id);
        expect_equal(frame.length, samples[i].frame.length);
    }
}

static void unknown_flags_are_kept(void)
{
    struct yamux_frame frame;

    expect_ok(yamux_frame_decode(hex("0001fff00000000100000000").data, &frame));
    expect_equal(frame.flags, 0xfff0);
}

static void what_is_not_yamux_is_refused(void)
{
    static const char *const broken[] = {
        "010100010000000100000000", /* version 1 */
        "ff0100010000000100000000", /* version 255 */
        "000400010000000100000000", /* type 4 */
        "00ff00010000000100000000", /* type 255 */
        "000000000000000000000005", /* data for stream 0 */
        "000100000000000000000005", /* credit for stream 0 */
        "0002000100000001deadbeef", /* a ping about stream 1 */
        "000300000000000100000000", /* a go-away of stream 1 */
        "13092f6d756c746973747265", /* multistream */
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct yamux_frame frame;

        expect_error(yamux_frame_decode(hex(broken[i]).data, &frame), GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(frame.length, 0);
    }
}

TEST_MAIN(TEST(known_frames_are_written), TEST(known_frames_are_read), TEST(unknown_flags_are_kept),
    TEST(what_is_not_yamux_is_refused))
