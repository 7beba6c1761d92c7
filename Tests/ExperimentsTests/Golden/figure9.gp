# Draws figure9.pdf and figure9.svg: run `gnuplot figure9.gp` in the folder of this file.
set encoding utf8

# CV = 2: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel1_series1_line << END
0.581633 46.7 0.1 -1
0.681633 45.7 0.1 -1.8
END
$panel1_series2_line << END
0.608163 57.5 0.1 -7.7
0.708163 49.8 0.1 -4.5
END
$panel1_series3_line << END
0.581633 74.0 0.1 -1
0.681633 73.0 0.1 -1
END
$panel1_series4_line << END
0.608163 83.7 0.1 -4.6
0.708163 79.1 0.1 -0.8
END
$panel1_series3_error_bars << END
0.581633 74.0 4.968275423789957
0.681633 73.0 4.968275423789957
0.781633 72.0 4.968275423789957
END
$panel1_series3_references << END
0.594218 81.1
0.694218 77.2
0.794218 73.8
END
$panel1_series1_paper << END
0.581633 46.7
0.681633 45.7
0.781633 43.9
END
$panel1_series2_paper << END
0.608163 57.5
0.708163 49.8
0.808163 45.3
END
$panel1_series3_precomputed << END
0.581633 74.0
0.681633 73.0
0.781633 72.0
END
$panel1_series4_paper << END
0.608163 83.7
0.708163 79.1
0.808163 78.3
END

# CV = 4: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel2_series1_line << END
0.581633 38.0 0.1 0
0.681633 38.0 0.1 0
END
$panel2_series2_line << END
0.608163 61.5 0.1 -3.8
0.708163 57.7 0.1 -10
END
$panel2_series3_line << END
0.581633 74.0 0.1 -1
0.681633 73.0 0.1 -1
END
$panel2_series4_line << END
0.608163 88.2 0.1 -4.4
0.708163 83.8 0.1 -4.5
END
$panel2_series3_error_bars << END
0.581633 74.0 4.968275423789957
0.681633 73.0 4.968275423789957
0.781633 72.0 4.968275423789957
END
$panel2_series1_references << END
0.594218 49.9
0.694218 48.6
0.794218 44.7
END
$panel2_series3_references << END
0.594218 84.2
0.694218 78.2
0.794218 71.8
END
$panel2_series1_precomputed << END
0.581633 38.0
0.681633 38.0
0.781633 38.0
END
$panel2_series2_paper << END
0.608163 61.5
0.708163 57.7
0.808163 47.7
END
$panel2_series3_precomputed << END
0.581633 74.0
0.681633 73.0
0.781633 72.0
END
$panel2_series4_paper << END
0.608163 88.2
0.708163 83.8
0.808163 79.3
END

# CV = 8: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel3_series1_line << END
0.581633 53.5 0.1 -0.2
0.681633 53.3 0.1 -4.8
END
$panel3_series2_line << END
0.608163 60.3 0.1 -2.6
0.708163 57.7 0.1 -3.7
END
$panel3_series3_line << END
0.581633 74.0 0.1 -1
0.681633 73.0 0.1 -1
END
$panel3_series4_line << END
0.608163 88.2 0.1 -3.2
0.708163 85.0 0.1 -6.5
END
$panel3_series3_error_bars << END
0.581633 74.0 4.968275423789957
0.681633 73.0 4.968275423789957
0.781633 72.0 4.968275423789957
END
$panel3_series3_references << END
0.594218 82.5
0.694218 76.3
0.794218 75.2
END
$panel3_series1_paper << END
0.581633 53.5
0.681633 53.3
0.781633 48.5
END
$panel3_series2_paper << END
0.608163 60.3
0.708163 57.7
0.808163 54.0
END
$panel3_series3_own << END
0.581633 74.0
0.681633 73.0
0.781633 72.0
END
$panel3_series4_paper << END
0.608163 88.2
0.708163 85.0
0.808163 78.5
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,4.375in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,420 background '#ffffff'
  }
  set output 'figure9.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.066667
  set rmargin at screen 0.347222
  set bmargin at screen 0.120635
  set tmargin at screen 0.787302
  set title 'CV = 2' offset 0,-0.5
  set xlabel 'request rate (req/s)' offset 0,0.4
  set ylabel 'TTFT SLO attainment (%), axis from 30' offset 1,0
  set xrange [0.562585:0.837415]
  set yrange [30:100]
  set xtics scale 0.5 font 'DejaVu Sans,8' ('0.6' 0.6, '0.7' 0.7, '0.8' 0.8)
  set ytics scale 0.5 10
  set errorbars 0.7
  unset label
  unset object
  unset arrow
  set arrow from screen 0.20484,screen 0.963492 to screen 0.227063,screen 0.963492 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.20484,screen 0.963492 to screen 0.227063,screen 0.963492 nohead back lc rgb '#3b2d82' lw 1.6
  set label '' at screen 0.215951,screen 0.963492 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.215951,screen 0.963492 point pt 7 ps 1.2 lc rgb '#3b2d82' front
  set label 'Serverless vLLM' at screen 0.232618,screen 0.963492 left
  set arrow from screen 0.359813,screen 0.963492 to screen 0.382035,screen 0.963492 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.359813,screen 0.963492 to screen 0.382035,screen 0.963492 nohead back lc rgb '#814e01' lw 1.6
  set label '' at screen 0.370924,screen 0.963492 point pt 5 ps 1.215 lc rgb '#222222' front
  set label '' at screen 0.370924,screen 0.963492 point pt 5 ps 1.08 lc rgb '#814e01' front
  set label 'ServerlessLLM' at screen 0.38759,screen 0.963492 left
  set arrow from screen 0.50291,screen 0.963492 to screen 0.525132,screen 0.963492 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.50291,screen 0.963492 to screen 0.525132,screen 0.963492 nohead back lc rgb '#c7b828' lw 1.6
  set label '' at screen 0.514021,screen 0.963492 point pt 9 ps 1.6875 lc rgb '#222222' front
  set label '' at screen 0.514021,screen 0.963492 point pt 9 ps 1.5 lc rgb '#c7b828' front
  set label 'HydraServe' at screen 0.530688,screen 0.963492 left
  set arrow from screen 0.621632,screen 0.963492 to screen 0.643854,screen 0.963492 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.621632,screen 0.963492 to screen 0.643854,screen 0.963492 nohead back lc rgb '#77e3fd' lw 1.6
  set label '' at screen 0.632743,screen 0.963492 point pt 13 ps 1.6875 lc rgb '#222222' front
  set label '' at screen 0.632743,screen 0.963492 point pt 13 ps 1.5 lc rgb '#77e3fd' front
  set label 'HydraServe with cache' at screen 0.64941,screen 0.963492 left
  set label '' at screen 0.153014,screen 0.915873 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.153014,screen 0.915873 point pt 7 ps 1.2 lc rgb '#555555' front
  set label 'own run (simulated)' at screen 0.169681,screen 0.915873 left
  set label '' at screen 0.325861,screen 0.915873 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.325861,screen 0.915873 point pt 7 ps 1.2 lc rgb '#555555' front
  set label '' at screen 0.325861,screen 0.915873 point pt 7 ps 0.58 lc rgb '#222222' front
  set label '' at screen 0.325861,screen 0.915873 point pt 7 ps 0.46 lc rgb '#ffffff' front
  set label 'precomputed (measured and simulated)' at screen 0.342528,screen 0.915873 left
  set label '' at screen 0.622083,screen 0.915873 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.622083,screen 0.915873 point pt 7 ps 1.2 lc rgb '#555555' front
  set label '' at screen 0.622083,screen 0.915873 point pt 7 ps 1 lc rgb '#ffffff' front
  set label 'paper''s value, not run' at screen 0.63875,screen 0.915873 left
  set label '' at screen 0.806681,screen 0.915873 point pt 7 ps 0.85 lc rgb '#222222' front
  set label '' at screen 0.806681,screen 0.915873 point pt 7 ps 0.72 lc rgb '#555555' front
  set label '' at screen 0.806681,screen 0.915873 point pt 7 ps 0.42 lc rgb '#ffffff' front
  set label 'paper' at screen 0.823347,screen 0.915873 left
  set arrow from screen 0.379722,screen 0.852381 to screen 0.379722,screen 0.884127 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.37625,screen 0.852381 to screen 0.383194,screen 0.852381 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.37625,screen 0.884127 to screen 0.383194,screen 0.884127 nohead back lc rgb '#222222' lw 0.9
  set label '95 % interval of the mean over seeds' at screen 0.396389,screen 0.868254 left
  plot $panel1_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel1_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel1_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel1_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel1_series3_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel1_series3_references using 1:2 with points pt 9 ps 1.0625 lc rgb '#222222', \
    $panel1_series3_references using 1:2 with points pt 9 ps 0.9 lc rgb '#c7b828', \
    $panel1_series3_references using 1:2 with points pt 9 ps 0.525 lc rgb '#ffffff', \
    $panel1_series1_paper using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel1_series1_paper using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel1_series1_paper using 1:2 with points pt 7 ps 1 lc rgb '#ffffff', \
    $panel1_series2_paper using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel1_series2_paper using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel1_series2_paper using 1:2 with points pt 5 ps 0.9 lc rgb '#ffffff', \
    $panel1_series3_precomputed using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel1_series3_precomputed using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel1_series3_precomputed using 1:2 with points pt 7 ps 0.58 lc rgb '#222222', \
    $panel1_series3_precomputed using 1:2 with points pt 7 ps 0.46 lc rgb '#ffffff', \
    $panel1_series4_paper using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel1_series4_paper using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd', \
    $panel1_series4_paper using 1:2 with points pt 13 ps 1.25 lc rgb '#ffffff'
  
  set lmargin at screen 0.388889
  set rmargin at screen 0.669444
  set bmargin at screen 0.120635
  set tmargin at screen 0.787302
  set title 'CV = 4' offset 0,-0.5
  set xlabel 'request rate (req/s)' offset 0,0.4
  unset ylabel
  set xrange [0.562585:0.837415]
  set yrange [30:100]
  set xtics scale 0.5 font 'DejaVu Sans,8' ('0.6' 0.6, '0.7' 0.7, '0.8' 0.8)
  set ytics scale 0.5 10
  set errorbars 0.7
  unset label
  unset object
  unset arrow
  plot $panel2_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel2_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel2_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel2_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel2_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel2_series3_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel2_series1_references using 1:2 with points pt 7 ps 0.85 lc rgb '#222222', \
    $panel2_series1_references using 1:2 with points pt 7 ps 0.72 lc rgb '#3b2d82', \
    $panel2_series1_references using 1:2 with points pt 7 ps 0.42 lc rgb '#ffffff', \
    $panel2_series3_references using 1:2 with points pt 9 ps 1.0625 lc rgb '#222222', \
    $panel2_series3_references using 1:2 with points pt 9 ps 0.9 lc rgb '#c7b828', \
    $panel2_series3_references using 1:2 with points pt 9 ps 0.525 lc rgb '#ffffff', \
    $panel2_series1_precomputed using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel2_series1_precomputed using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel2_series1_precomputed using 1:2 with points pt 7 ps 0.58 lc rgb '#222222', \
    $panel2_series1_precomputed using 1:2 with points pt 7 ps 0.46 lc rgb '#ffffff', \
    $panel2_series2_paper using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel2_series2_paper using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel2_series2_paper using 1:2 with points pt 5 ps 0.9 lc rgb '#ffffff', \
    $panel2_series3_precomputed using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel2_series3_precomputed using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel2_series3_precomputed using 1:2 with points pt 7 ps 0.58 lc rgb '#222222', \
    $panel2_series3_precomputed using 1:2 with points pt 7 ps 0.46 lc rgb '#ffffff', \
    $panel2_series4_paper using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel2_series4_paper using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd', \
    $panel2_series4_paper using 1:2 with points pt 13 ps 1.25 lc rgb '#ffffff'
  
  set lmargin at screen 0.711111
  set rmargin at screen 0.991667
  set bmargin at screen 0.120635
  set tmargin at screen 0.787302
  set title 'CV = 8' offset 0,-0.5
  set xlabel 'request rate (req/s)' offset 0,0.4
  unset ylabel
  set xrange [0.562585:0.837415]
  set yrange [30:100]
  set xtics scale 0.5 font 'DejaVu Sans,8' ('0.6' 0.6, '0.7' 0.7, '0.8' 0.8)
  set ytics scale 0.5 10
  set errorbars 0.7
  unset label
  unset object
  unset arrow
  plot $panel3_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel3_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel3_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel3_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel3_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel3_series3_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel3_series3_references using 1:2 with points pt 9 ps 1.0625 lc rgb '#222222', \
    $panel3_series3_references using 1:2 with points pt 9 ps 0.9 lc rgb '#c7b828', \
    $panel3_series3_references using 1:2 with points pt 9 ps 0.525 lc rgb '#ffffff', \
    $panel3_series1_paper using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel3_series1_paper using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel3_series1_paper using 1:2 with points pt 7 ps 1 lc rgb '#ffffff', \
    $panel3_series2_paper using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel3_series2_paper using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel3_series2_paper using 1:2 with points pt 5 ps 0.9 lc rgb '#ffffff', \
    $panel3_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel3_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel3_series4_paper using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel3_series4_paper using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd', \
    $panel3_series4_paper using 1:2 with points pt 13 ps 1.25 lc rgb '#ffffff'
  unset multiplot
  unset output
}
