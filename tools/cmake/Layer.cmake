# gossipchat_layer(NAME yamux MAY_USE base SOURCES session.c ...)
#
# One folder of src/, one static library, and the only folders it may include
# from. tools/check_layers.py reads the same MAY_USE lists and fails the tests
# of any change that includes outside of them.
#
#   TOUCHES_SYSTEM  the layer may see POSIX; all others are strict C11, where
#                   clock_gettime, getrandom and friends are undeclared, and
#                   undeclared is an error
#   LIBRARIES       what the layer links from outside the project
set(GOSSIPCHAT_WARNINGS
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wcast-qual -Wwrite-strings -Wswitch-enum
  -Werror=implicit-function-declaration)

function(gossipchat_layer)
  cmake_parse_arguments(LAYER "TOUCHES_SYSTEM" "NAME" "MAY_USE;SOURCES;LIBRARIES" ${ARGN})
  set(target gossipchat_${LAYER_NAME})
  if(NOT LAYER_SOURCES)
    return()
  endif()
  add_library(${target} STATIC ${LAYER_SOURCES})
  target_include_directories(${target} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  # __FILE__, which require() prints, does not tell where the sources lay.
  target_compile_options(${target} PRIVATE ${GOSSIPCHAT_WARNINGS}
    -ffp-contract=off -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
  if(LAYER_TOUCHES_SYSTEM)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  endif()
  foreach(used IN LISTS LAYER_MAY_USE)
    target_link_libraries(${target} PUBLIC gossipchat_${used})
  endforeach()
  target_link_libraries(${target} PRIVATE ${LAYER_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY GOSSIPCHAT_LAYERS ${LAYER_NAME})
  if(NOT LAYER_TOUCHES_SYSTEM)
    # tools/check_symbols.sh looks at these once they are built.
    set_property(GLOBAL APPEND PROPERTY GOSSIPCHAT_CORE_ARCHIVES $<TARGET_FILE:${target}>)
  endif()
endfunction()
