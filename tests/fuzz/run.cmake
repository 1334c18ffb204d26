# Runs one libFuzzer program on a copy of its corpus, so that the source tree stays as it is.
# What it finds lies in SCRATCH: new inputs in corpus/, failures beside it.
file(MAKE_DIRECTORY ${SCRATCH}/corpus)
execute_process(
  COMMAND ${PROGRAM} -max_total_time=${SECONDS} -max_len=4096 -timeout=10 -rss_limit_mb=1024
    -print_final_stats=1 -artifact_prefix=${SCRATCH}/ ${SCRATCH}/corpus ${CORPUS}
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} failed: put the input it names into ${CORPUS}")
endif()
