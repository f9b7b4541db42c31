# `cmake --install` and the Debian package (`cpack -G DEB` in the build folder). The program finds
# models/ relative to itself: PREFIX/share/sextant/models beside PREFIX/bin/sextant.
include(GNUInstallDirs)

# sextant finds sextant-flow beside itself; that one is built where SimGrid is.
foreach(program sextant sextant-flow)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
install(DIRECTORY models scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/sextant)
install(FILES README.md TUTORIAL.md CHANGELOG.md CONTRIBUTING.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES share/man/man1/sextant.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES share/bash-completion/completions/sextant
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
# Of what the program carries for its pages (ECharts and what that uses).
install(FILES reports/dist/LICENSES.txt DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY reports/decisions DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sextant)
set(CPACK_PACKAGE_CONTACT "The Sextant authors <sextant@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Sextant predicts how long a large training run will take, what it will cost
 and how much energy it will use, before anyone rents the cluster.")
include(CPack)
