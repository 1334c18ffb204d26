/* libFuzzer's entry to a harness. https://llvm.org/docs/LibFuzzer.html */
#include "harness/harness.h"

/* Called by libFuzzer with bytes that reach new code. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > harness.size_max)
        return -1;
    harness.play(data, size);
    test_free_taken();
    return 0;
}
