# What the builds for users have besides the code itself; asserts of ours (base/require.h) stay in too.
# Sanitizers watch the same things more closely, and fortified calls would get in their way.
include(CheckPIESupported)

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES C)

if(CMAKE_BUILD_TYPE MATCHES "^(RelWithDebInfo|Release|MinSizeRel)$" AND NOT CMAKE_C_FLAGS MATCHES "-fsanitize")
  set(GOSSIPCHAT_IS_HARDENED ON)
  # The same sources make the same bytes, wherever they lie: no path is left in what is built.
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
  # Linker tables are read-only before the first line of the program runs.
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
  set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
endif()
