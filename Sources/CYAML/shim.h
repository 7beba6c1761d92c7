/* libyaml as this toolkit sees it; the Swift face is the room YAMLReading. */
#include <yaml.h>
