# Draws front.pdf and front.svg: run `gnuplot front.gp` in the folder of this file.
set encoding utf8

# one: x and y; of bars the lower end and the length
$series1_dominated << END
3.0 45.0
END
$series1_front << END
2.0 51.0
8.0 99.0
END
$series1_chosen << END
4.0 92.0
END
$series1_bars << END
2.0 48.0 6.0
4.0 80.0 20.0
8.0 98.0 2.0
END
# it''s: x and y; of bars the lower end and the length
$series2_front << END
6.0 71.0
END
# nothing: x and y; of bars the lower end and the length

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 8.611111in,4.444444in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 827,427 background '#ffffff'
  }
  set output 'front.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.077419
  set rmargin at screen 0.980645
  set bmargin at screen 0.11875
  set tmargin at screen 0.8375
  set title 'simulated: a test' offset 0,-0.5
  set xlabel 'cost (coins per hour)' offset 0,0.4
  set ylabel 'attainment (%), axis from 40' offset 1,0
  set xrange [0:8.48]
  set yrange [40:100]
  set xtics scale 0.5 font 'DejaVu Sans,8'
  set ytics scale 0.5 10 font 'DejaVu Sans,8'
  unset label
  unset object
  unset arrow
  set arrow from graph 0,first 90 to graph 1,first 90 nohead back lc rgb '#000000' lw 1 dt (6,4)
  set arrow from screen 0.431339,screen 0.964063 to screen 0.457145,screen 0.964063 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.431339,screen 0.964063 to screen 0.457145,screen 0.964063 nohead back lc rgb '#3b2d82' lw 1.6
  set label '' at screen 0.444242,screen 0.964063 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.444242,screen 0.964063 point pt 7 ps 1.2 lc rgb '#3b2d82' front
  set label 'one' at screen 0.463597,screen 0.964063 left
  set arrow from screen 0.512742,screen 0.964063 to screen 0.538548,screen 0.964063 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.512742,screen 0.964063 to screen 0.538548,screen 0.964063 nohead back lc rgb '#d34477' lw 1.6
  set label '' at screen 0.525645,screen 0.964063 point pt 5 ps 1.215 lc rgb '#222222' front
  set label '' at screen 0.525645,screen 0.964063 point pt 5 ps 1.08 lc rgb '#d34477' front
  set label 'it''s' at screen 0.545,screen 0.964063 left
  set arrow from screen 0.202089,screen 0.917188 to screen 0.227895,screen 0.917188 nohead back lc rgb '#000000' lw 1 dt (6,4)
  set label 'target, 90 %' at screen 0.234347,screen 0.917188 left
  set label '' at screen 0.357073,screen 0.917188 point pt 7 ps 2.3 lc rgb '#000000' front
  set label '' at screen 0.357073,screen 0.917188 point pt 7 ps 1.95 lc rgb '#ffffff' front
  set label '' at screen 0.357073,screen 0.917188 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.357073,screen 0.917188 point pt 7 ps 1.2 lc rgb '#555555' front
  set label 'recommended' at screen 0.376427,screen 0.917188 left
  set label '' at screen 0.514395,screen 0.917188 point pt 7 ps 0.7 lc rgb '#80555555' front
  set label 'other candidate' at screen 0.53375,screen 0.917188 left
  set arrow from screen 0.68246,screen 0.901563 to screen 0.68246,screen 0.932813 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.678427,screen 0.901563 to screen 0.686492,screen 0.901563 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.678427,screen 0.932813 to screen 0.686492,screen 0.932813 nohead back lc rgb '#222222' lw 0.9
  set label '95 % interval' at screen 0.701815,screen 0.917188 left
  plot $series1_dominated using 1:2 with points pt 7 ps 0.7 lc rgb '#803b2d82', \
    $series1_front using 1:2 with steps lc rgb '#222222' lw 2.4, \
    $series1_front using 1:2 with steps lc rgb '#3b2d82' lw 1.6, \
    $series2_front using 1:2 with steps lc rgb '#222222' lw 2.4, \
    $series2_front using 1:2 with steps lc rgb '#d34477' lw 1.6, \
    $series1_bars using 1:2:(0):3 with vectors heads size screen 0.003,90 lc rgb '#ffffff' lw 2.4, \
    $series1_bars using 1:2:(0):3 with vectors heads size screen 0.003,90 lc rgb '#222222' lw 0.9, \
    $series1_front using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $series1_front using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $series2_front using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $series2_front using 1:2 with points pt 5 ps 1.08 lc rgb '#d34477', \
    $series1_chosen using 1:2 with points pt 7 ps 2.3 lc rgb '#000000', \
    $series1_chosen using 1:2 with points pt 7 ps 1.95 lc rgb '#ffffff', \
    $series1_chosen using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $series1_chosen using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82'
  unset multiplot
  unset output
}
