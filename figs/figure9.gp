# Draws figure9.pdf and figure9.svg: run `gnuplot figure9.gp` in the folder of this file.
set encoding utf8

# CV = 2: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel1_series1_line << END
0.581633 46.00694444444445 0.1 -1.651786
0.681633 44.35515873015873 0.1 -2.471478
END
$panel1_series2_line << END
0.608163 54.54282407407407 0.1 -5.624173
0.708163 48.9186507936508 0.1 -6.674727
END
$panel1_series3_line << END
0.581633 84.93055555555556 0.1 -4.389881
0.681633 80.54067460317461 0.1 -2.576265
END
$panel1_series4_line << END
0.608163 87.5636574074074 0.1 -3.962467
0.708163 83.60119047619047 0.1 -4.421503
END
$panel1_series1_error_bars << END
0.581633 46.00694444444445 3.771259131792621
0.681633 44.35515873015873 3.3029495961243995
0.781633 41.88368055555556 4.250293902583196
END
$panel1_series2_error_bars << END
0.608163 54.54282407407407 2.46986914807064
0.708163 48.9186507936508 3.2153897827887135
0.808163 42.243923611111114 4.1294568627639965
END
$panel1_series3_error_bars << END
0.581633 84.93055555555556 1.9253664149640284
0.681633 80.54067460317461 2.9789321173167838
0.781633 77.96440972222223 2.5659310674882816
END
$panel1_series4_error_bars << END
0.608163 87.5636574074074 1.985552114315797
0.708163 83.60119047619047 2.3009056847251093
0.808163 79.17968750000001 4.211432957996691
END
$panel1_series1_references << END
0.594218 46.7
0.694218 45.7
0.794218 43.9
END
$panel1_series2_references << END
0.620748 57.5
0.720748 49.8
0.820748 45.3
END
$panel1_series3_references << END
0.594218 81.1
0.694218 77.2
0.794218 73.8
END
$panel1_series4_references << END
0.620748 83.7
0.720748 79.1
0.820748 78.3
END
$panel1_series1_own << END
0.581633 46.00694444444445
0.681633 44.35515873015873
0.781633 41.88368055555556
END
$panel1_series2_own << END
0.608163 54.54282407407407
0.708163 48.9186507936508
0.808163 42.243923611111114
END
$panel1_series3_own << END
0.581633 84.93055555555556
0.681633 80.54067460317461
0.781633 77.96440972222223
END
$panel1_series4_own << END
0.608163 87.5636574074074
0.708163 83.60119047619047
0.808163 79.17968750000001
END

# CV = 4: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel2_series1_line << END
0.581633 48.16550925925926 0.1 -1.781581
0.681633 46.38392857142857 0.1 -1.800595
END
$panel2_series2_line << END
0.608163 56.07638888888889 0.1 -4.404762
0.708163 51.67162698412699 0.1 -3.537946
END
$panel2_series3_line << END
0.581633 85.42824074074073 0.1 -4.887566
0.681633 80.54067460317461 0.1 -3.175223
END
$panel2_series4_line << END
0.608163 87.47685185185185 0.1 -3.429233
0.708163 84.04761904761905 0.1 -2.771577
END
$panel2_series1_error_bars << END
0.581633 48.16550925925926 2.6356503553139112
0.681633 46.38392857142857 2.5454405856935223
0.781633 44.58333333333333 2.4747544709686737
END
$panel2_series2_error_bars << END
0.608163 56.07638888888889 2.3125607918570714
0.708163 51.67162698412699 3.382194933485026
0.808163 48.13368055555556 3.4255655679122525
END
$panel2_series3_error_bars << END
0.581633 85.42824074074073 1.7147461602084915
0.681633 80.54067460317461 2.572872730314497
0.781633 77.36545138888889 2.7783624704429153
END
$panel2_series4_error_bars << END
0.608163 87.47685185185185 2.238665856882582
0.708163 84.04761904761905 2.397238676201093
0.808163 81.27604166666669 3.4068897193621495
END
$panel2_series1_references << END
0.594218 49.9
0.694218 48.6
0.794218 44.7
END
$panel2_series2_references << END
0.620748 61.5
0.720748 57.7
0.820748 47.7
END
$panel2_series3_references << END
0.594218 84.2
0.694218 78.2
0.794218 71.8
END
$panel2_series4_references << END
0.620748 88.2
0.720748 83.8
0.820748 79.3
END
$panel2_series1_own << END
0.581633 48.16550925925926
0.681633 46.38392857142857
0.781633 44.58333333333333
END
$panel2_series2_own << END
0.608163 56.07638888888889
0.708163 51.67162698412699
0.808163 48.13368055555556
END
$panel2_series3_own << END
0.581633 85.42824074074073
0.681633 80.54067460317461
0.781633 77.36545138888889
END
$panel2_series4_own << END
0.608163 87.47685185185185
0.708163 84.04761904761905
0.808163 81.27604166666669
END

# CV = 8: x and y of markers; of lines also the way to the other end, of error bars half the length
# Every x is moved a little to the side, so that markers stand clear of one another.
$panel3_series1_line << END
0.581633 52.34953703703704 0.1 -1.119378
0.681633 51.23015873015873 0.1 -1.416791
END
$panel3_series2_line << END
0.608163 59.253472222222214 0.1 -2.204861
0.708163 57.048611111111114 0.1 -3.420139
END
$panel3_series3_line << END
0.581633 81.75925925925925 0.1 -2.230489
0.681633 79.52876984126985 0.1 -3.309152
END
$panel3_series4_line << END
0.608163 86.30208333333333 0.1 -4.020337
0.708163 82.28174603174604 0.1 -3.405878
END
$panel3_series1_error_bars << END
0.581633 52.34953703703704 3.3072360325302257
0.681633 51.23015873015873 2.4069914383613793
0.781633 49.81336805555555 3.224010411560889
END
$panel3_series2_error_bars << END
0.608163 59.253472222222214 1.4653017743856505
0.708163 57.048611111111114 2.663906000313777
0.808163 53.628472222222214 2.7808553840386114
END
$panel3_series3_error_bars << END
0.581633 81.75925925925925 2.0918945721382363
0.681633 79.52876984126985 2.1516540369418204
0.781633 76.21961805555556 2.0786423028483476
END
$panel3_series4_error_bars << END
0.608163 86.30208333333333 1.7158300534064455
0.708163 82.28174603174604 2.090691642440066
0.808163 78.87586805555556 2.458744785670359
END
$panel3_series1_references << END
0.594218 53.5
0.694218 53.3
0.794218 48.5
END
$panel3_series2_references << END
0.620748 60.3
0.720748 57.7
0.820748 54.0
END
$panel3_series3_references << END
0.594218 82.5
0.694218 76.3
0.794218 75.2
END
$panel3_series4_references << END
0.620748 88.2
0.720748 85.0
0.820748 78.5
END
$panel3_series1_own << END
0.581633 52.34953703703704
0.681633 51.23015873015873
0.781633 49.81336805555555
END
$panel3_series2_own << END
0.608163 59.253472222222214
0.708163 57.048611111111114
0.808163 53.628472222222214
END
$panel3_series3_own << END
0.581633 81.75925925925925
0.681633 79.52876984126985
0.781633 76.21961805555556
END
$panel3_series4_own << END
0.608163 86.30208333333333
0.708163 82.28174603174604
0.808163 78.87586805555556
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,4.166667in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,400 background '#ffffff'
  }
  set output 'figure9.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.066667
  set rmargin at screen 0.347222
  set bmargin at screen 0.126667
  set tmargin at screen 0.826667
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
  set arrow from screen 0.20484,screen 0.961667 to screen 0.227063,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.20484,screen 0.961667 to screen 0.227063,screen 0.961667 nohead back lc rgb '#3b2d82' lw 1.6
  set label '' at screen 0.215951,screen 0.961667 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.215951,screen 0.961667 point pt 7 ps 1.2 lc rgb '#3b2d82' front
  set label 'Serverless vLLM' at screen 0.232618,screen 0.961667 left
  set arrow from screen 0.359813,screen 0.961667 to screen 0.382035,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.359813,screen 0.961667 to screen 0.382035,screen 0.961667 nohead back lc rgb '#814e01' lw 1.6
  set label '' at screen 0.370924,screen 0.961667 point pt 5 ps 1.215 lc rgb '#222222' front
  set label '' at screen 0.370924,screen 0.961667 point pt 5 ps 1.08 lc rgb '#814e01' front
  set label 'ServerlessLLM' at screen 0.38759,screen 0.961667 left
  set arrow from screen 0.50291,screen 0.961667 to screen 0.525132,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.50291,screen 0.961667 to screen 0.525132,screen 0.961667 nohead back lc rgb '#c7b828' lw 1.6
  set label '' at screen 0.514021,screen 0.961667 point pt 9 ps 1.6875 lc rgb '#222222' front
  set label '' at screen 0.514021,screen 0.961667 point pt 9 ps 1.5 lc rgb '#c7b828' front
  set label 'HydraServe' at screen 0.530688,screen 0.961667 left
  set arrow from screen 0.621632,screen 0.961667 to screen 0.643854,screen 0.961667 nohead back lc rgb '#222222' lw 2.4
  set arrow from screen 0.621632,screen 0.961667 to screen 0.643854,screen 0.961667 nohead back lc rgb '#77e3fd' lw 1.6
  set label '' at screen 0.632743,screen 0.961667 point pt 13 ps 1.6875 lc rgb '#222222' front
  set label '' at screen 0.632743,screen 0.961667 point pt 13 ps 1.5 lc rgb '#77e3fd' front
  set label 'HydraServe with cache' at screen 0.64941,screen 0.961667 left
  set label '' at screen 0.252313,screen 0.911667 point pt 7 ps 1.35 lc rgb '#222222' front
  set label '' at screen 0.252313,screen 0.911667 point pt 7 ps 1.2 lc rgb '#555555' front
  set label 'own run (simulated)' at screen 0.268979,screen 0.911667 left
  set label '' at screen 0.42516,screen 0.911667 point pt 7 ps 0.85 lc rgb '#222222' front
  set label '' at screen 0.42516,screen 0.911667 point pt 7 ps 0.72 lc rgb '#555555' front
  set label '' at screen 0.42516,screen 0.911667 point pt 7 ps 0.42 lc rgb '#ffffff' front
  set label 'paper' at screen 0.441826,screen 0.911667 left
  set arrow from screen 0.507132,screen 0.895 to screen 0.507132,screen 0.928333 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.50366,screen 0.895 to screen 0.510604,screen 0.895 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.50366,screen 0.928333 to screen 0.510604,screen 0.928333 nohead back lc rgb '#222222' lw 0.9
  set label '95 % interval of the mean over seeds' at screen 0.523799,screen 0.911667 left
  plot $panel1_series1_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series1_line using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 1.6, \
    $panel1_series2_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series2_line using 1:2:3:4 with vectors nohead lc rgb '#814e01' lw 1.6, \
    $panel1_series3_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series3_line using 1:2:3:4 with vectors nohead lc rgb '#c7b828' lw 1.6, \
    $panel1_series4_line using 1:2:3:4 with vectors nohead lc rgb '#222222' lw 2.4, \
    $panel1_series4_line using 1:2:3:4 with vectors nohead lc rgb '#77e3fd' lw 1.6, \
    $panel1_series1_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel1_series2_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel1_series3_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel1_series4_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel1_series1_references using 1:2 with points pt 7 ps 0.85 lc rgb '#222222', \
    $panel1_series1_references using 1:2 with points pt 7 ps 0.72 lc rgb '#3b2d82', \
    $panel1_series1_references using 1:2 with points pt 7 ps 0.42 lc rgb '#ffffff', \
    $panel1_series2_references using 1:2 with points pt 5 ps 0.765 lc rgb '#222222', \
    $panel1_series2_references using 1:2 with points pt 5 ps 0.648 lc rgb '#814e01', \
    $panel1_series2_references using 1:2 with points pt 5 ps 0.378 lc rgb '#ffffff', \
    $panel1_series3_references using 1:2 with points pt 9 ps 1.0625 lc rgb '#222222', \
    $panel1_series3_references using 1:2 with points pt 9 ps 0.9 lc rgb '#c7b828', \
    $panel1_series3_references using 1:2 with points pt 9 ps 0.525 lc rgb '#ffffff', \
    $panel1_series4_references using 1:2 with points pt 13 ps 1.0625 lc rgb '#222222', \
    $panel1_series4_references using 1:2 with points pt 13 ps 0.9 lc rgb '#77e3fd', \
    $panel1_series4_references using 1:2 with points pt 13 ps 0.525 lc rgb '#ffffff', \
    $panel1_series1_own using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel1_series1_own using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel1_series2_own using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel1_series2_own using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel1_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel1_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel1_series4_own using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel1_series4_own using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd'
  
  set lmargin at screen 0.388889
  set rmargin at screen 0.669444
  set bmargin at screen 0.126667
  set tmargin at screen 0.826667
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
    $panel2_series1_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel2_series2_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel2_series3_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel2_series4_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel2_series1_references using 1:2 with points pt 7 ps 0.85 lc rgb '#222222', \
    $panel2_series1_references using 1:2 with points pt 7 ps 0.72 lc rgb '#3b2d82', \
    $panel2_series1_references using 1:2 with points pt 7 ps 0.42 lc rgb '#ffffff', \
    $panel2_series2_references using 1:2 with points pt 5 ps 0.765 lc rgb '#222222', \
    $panel2_series2_references using 1:2 with points pt 5 ps 0.648 lc rgb '#814e01', \
    $panel2_series2_references using 1:2 with points pt 5 ps 0.378 lc rgb '#ffffff', \
    $panel2_series3_references using 1:2 with points pt 9 ps 1.0625 lc rgb '#222222', \
    $panel2_series3_references using 1:2 with points pt 9 ps 0.9 lc rgb '#c7b828', \
    $panel2_series3_references using 1:2 with points pt 9 ps 0.525 lc rgb '#ffffff', \
    $panel2_series4_references using 1:2 with points pt 13 ps 1.0625 lc rgb '#222222', \
    $panel2_series4_references using 1:2 with points pt 13 ps 0.9 lc rgb '#77e3fd', \
    $panel2_series4_references using 1:2 with points pt 13 ps 0.525 lc rgb '#ffffff', \
    $panel2_series1_own using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel2_series1_own using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel2_series2_own using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel2_series2_own using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel2_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel2_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel2_series4_own using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel2_series4_own using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd'
  
  set lmargin at screen 0.711111
  set rmargin at screen 0.991667
  set bmargin at screen 0.126667
  set tmargin at screen 0.826667
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
    $panel3_series1_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel3_series2_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel3_series3_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel3_series4_error_bars using 1:2:3 with yerrorbars pt 0 lc rgb '#222222' lw 0.9, \
    $panel3_series1_references using 1:2 with points pt 7 ps 0.85 lc rgb '#222222', \
    $panel3_series1_references using 1:2 with points pt 7 ps 0.72 lc rgb '#3b2d82', \
    $panel3_series1_references using 1:2 with points pt 7 ps 0.42 lc rgb '#ffffff', \
    $panel3_series2_references using 1:2 with points pt 5 ps 0.765 lc rgb '#222222', \
    $panel3_series2_references using 1:2 with points pt 5 ps 0.648 lc rgb '#814e01', \
    $panel3_series2_references using 1:2 with points pt 5 ps 0.378 lc rgb '#ffffff', \
    $panel3_series3_references using 1:2 with points pt 9 ps 1.0625 lc rgb '#222222', \
    $panel3_series3_references using 1:2 with points pt 9 ps 0.9 lc rgb '#c7b828', \
    $panel3_series3_references using 1:2 with points pt 9 ps 0.525 lc rgb '#ffffff', \
    $panel3_series4_references using 1:2 with points pt 13 ps 1.0625 lc rgb '#222222', \
    $panel3_series4_references using 1:2 with points pt 13 ps 0.9 lc rgb '#77e3fd', \
    $panel3_series4_references using 1:2 with points pt 13 ps 0.525 lc rgb '#ffffff', \
    $panel3_series1_own using 1:2 with points pt 7 ps 1.35 lc rgb '#222222', \
    $panel3_series1_own using 1:2 with points pt 7 ps 1.2 lc rgb '#3b2d82', \
    $panel3_series2_own using 1:2 with points pt 5 ps 1.215 lc rgb '#222222', \
    $panel3_series2_own using 1:2 with points pt 5 ps 1.08 lc rgb '#814e01', \
    $panel3_series3_own using 1:2 with points pt 9 ps 1.6875 lc rgb '#222222', \
    $panel3_series3_own using 1:2 with points pt 9 ps 1.5 lc rgb '#c7b828', \
    $panel3_series4_own using 1:2 with points pt 13 ps 1.6875 lc rgb '#222222', \
    $panel3_series4_own using 1:2 with points pt 13 ps 1.5 lc rgb '#77e3fd'
  unset multiplot
  unset output
}
